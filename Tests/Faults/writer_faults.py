"""Faults under a history that a small program writes to, without a server around it."""
import os, random, re, shutil, signal, subprocess, time
from support import *

FILES = "%file,%desc"


@case("kill -9 at random instants under load: all that was committed is there, profiles equal a rebuild")
def killed(work, rounds):
    data, known = work("killed"), 0
    for number in range(rounds):
        out = work("out")
        process = work.start(WRITER, data, str(random.randrange(1, 1 << 30)), output=out)
        # Half of them soon, in the midst of opening and replaying; half while it writes, whatever the machine's speed.
        if number % 2:
            time.sleep(random.uniform(0.005, 0.15))
        else:
            wait_until(lambda: process.poll() is not None or committed(out) > 0, "a commit")
            time.sleep(random.uniform(0, 0.3))
        process.kill()
        process.wait()
        work.processes.remove(process)
        with open(out, encoding="utf-8") as file:
            text = file.read()
        check("error" not in text, "round %d: %s" % (number, text))
        if "open " in text:
            held = int(text.split("open ")[1].split()[0])
            check(held >= known, "round %d: %d records were committed, %d are there" % (number, known, held))
        known = max(known, committed(out))
        if number % 5 == 4 or number == rounds - 1:
            sound(data, known)
    return "%d rounds, %d records" % (rounds, known)


@case("two writers on one folder: the second is refused and names the first's pid")
def two_writers(work):
    out = work("out")
    first = work.start(WRITER, work("two"), "1", output=out)
    wait_until(lambda: committed(out) > 0, "a commit")
    second = run(WRITER, work("two"), "2", "1")
    check(second.returncode == 1, "the second writer was let in")
    check("in use by the process %d" % first.pid in second.text, second.text)


@case("a disk that fills up, and is freed: named, and writing goes on by itself")
def disk_full(work):
    small, out = work.small_disk("small", "24m"), work("out")
    work.start(WRITER, small + "/data", "3", output=out)
    wait_until(lambda: committed(out) > 0, "a commit")
    with open(small + "/filler", "wb") as filler:
        try:
            while True:
                filler.write(bytes(1 << 16))
                filler.flush()
        except OSError:
            pass
    text = lambda: open(out, encoding="utf-8").read()
    wait_until(lambda: "failed " in text(), "a failure")
    check("failed no space left" in text(), text()[-300:])
    os.remove(small + "/filler")
    before = committed(out)
    wait_until(lambda: committed(out) > before, lambda: "a commit after space came back: " + text()[-300:])
    work.processes[-1].kill()
    work.processes[-1].wait()
    sound(small + "/data", committed(out))


@case("syncs that fail: that batch fails, the file is opened anew and checked, the next ones hold")
def syncs_fail(work):
    need("strace")
    out = work("out")
    with open(out, "wb") as stream:
        done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=20+7",
                               WRITER, work("sync"), "4", "60"], stdout=stream)
    check(done.returncode == 0, "the writer ended with %d" % done.returncode)
    lines = open(out, encoding="utf-8").read().split("\n")
    failed = [index for index, line in enumerate(lines) if line.startswith("failed")]
    check(failed, "no sync failed")
    check(any(line.startswith("committed") for line in lines[failed[-1]:] + lines[failed[0]:]), "nothing was committed after a failure")
    return "%d failed, %d records" % (len(failed), sound(work("sync"), committed(out)))


@case("the n-th system call on files fails, for every n of a short run: no commit is lost, nothing is corrupted")
def every_call(work):
    need("strace")
    trace = work("trace")
    run("strace", "-f", "-qq", "-o", trace, "-e", "trace=" + FILES, WRITER, work("dry"), "5", "2")
    # strace counts each kind of call by itself. Before the program looks at its folder only the dynamic linker has run.
    counts, calls, has_begun = {}, [], False
    for line in open(trace, errors="replace"):
        match = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if not match:
            continue
        name = match.group(1)
        counts[name] = counts.get(name, 0) + 1
        has_begun = has_begun or work("dry") in line and name != "execve"
        if has_begun:
            calls.append((name, counts[name]))
    chosen = calls[::max(1, len(calls) // int(os.environ.get("WARY_CALLS", len(calls))))]
    ends, failed = {}, 0
    for name, number in chosen:
        data, out = work("call"), work("out")
        with open(out, "wb") as stream:
            done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e", "inject=%s:error=EIO:when=%d" % (name, number),
                                   WRITER, data, "5", "2"], stdout=stream, stderr=subprocess.DEVNULL)
        check(0 <= done.returncode <= 1, lambda: "%s %d: ended with %d: %s" % (name, number, done.returncode, open(out).read()[-300:]))
        ends[done.returncode] = ends.get(done.returncode, 0) + 1
        failed += "failed" in open(out).read()
        if os.path.exists(data):
            sound(data, committed(out))
            shutil.rmtree(data)
    return "%d of %d calls; exit codes %s, %d with a batch that failed" % (len(chosen), len(calls), ends, failed)


@case("the map is full: it grows by itself")
def map_full(work):
    out = work("out")
    done = run(WRITER, work("grown"), "6", "60", env=dict(os.environ, WARY_WRITER_MAP=str(128 << 10)))
    check(done.returncode == 0 and "failed" not in done.text and "error" not in done.text, done.text[-300:])
    size = os.path.getsize(work("grown/journal/data.mdb"))
    check(size > 512 << 10, "only %d bytes were written" % size)
    sound(work("grown"))
    return "from 128 KiB to %d KiB" % (size >> 10)


def filled(work, name):
    done = run(WRITER, work(name), "7", "60")
    check(done.returncode == 0, done.text[-300:])
    return int(run(WRITER, work(name), "check").text.split("last ")[1].split(",")[0])


@case("profile bytes flipped: found, named, rebuilt from the journal")
def profiles_flipped(work):
    last = filled(work, "flipped")
    path, named = work("flipped/profiles/data.mdb"), 0
    for seed in range(8):
        generator = random.Random(seed)
        with open(path, "r+b") as file:
            length = file.seek(0, 2)
            for _ in range(200):
                file.seek(generator.randrange(2 * 4096, length))
                file.write(bytes([generator.randrange(256)]))
        done = run(WRITER, work("flipped"), str(seed + 1), "10")
        check(done.returncode == 0, "seed %d: ended with %d: %s" % (seed, done.returncode, done.text[-300:]))
        named += "rebuilding" in done.text
        last = sound(work("flipped"), last)
    check(named > 0, "no damage was ever named")
    return "named %d times of 8" % named


@case("a file cut short anywhere: refused or rebuilt, never a SIGBUS")
def cut_short(work):
    last = filled(work, "whole")
    lengths = {name: os.path.getsize(work("whole", name, "data.mdb")) for name in ("journal", "profiles")}
    for name, length in lengths.items():
        for cut in [0, 1, 100, 4096, 5000, 8192, 12288, length // 3, length // 2, length - 4096, length - 1]:
            shutil.rmtree(work("cut"), ignore_errors=True)
            shutil.copytree(work("whole"), work("cut"))
            os.truncate(work("cut", name, "data.mdb"), cut)
            done = run(WRITER, work("cut"), "check")
            check(done.returncode in (0, 1), "%s cut to %d: ended with %d" % (name, cut, done.returncode))
            if name == "profiles":
                check(done.returncode == 0 and "last %d," % last in done.text, "profiles cut to %d: %s" % (cut, done.text))
            else:
                check("last %d," % last not in done.text or cut >= length - 4096, "a journal cut to %d was taken for whole" % cut)
                if cut > 8192 and done.returncode == 1:
                    check("damaged" in done.text and "salvage" in done.text, "journal cut to %d: %s" % (cut, done.text))


@case("a meta page zeroed: named; profiles rebuilt, the journal refused with the way to save what is good")
def meta_zeroed(work):
    last = filled(work, "whole")
    for name in ("journal", "profiles"):
        for pages in ([0], [1], [0, 1]):
            shutil.rmtree(work("zeroed"), ignore_errors=True)
            shutil.copytree(work("whole"), work("zeroed"))
            with open(work("zeroed", name, "data.mdb"), "r+b") as file:
                for page in pages:
                    file.seek(4096 * page)
                    file.write(bytes(4096))
            done = run(WRITER, work("zeroed"), "check")
            if name == "profiles":
                check(done.returncode == 0 and "last %d," % last in done.text, done.text)
            else:
                check(done.returncode == 1 and "page" in done.text and "salvage" in done.text, done.text)


@case("a reader left open and killed: writing goes on, and its pages come back")
def reader_left(work):
    out = work("out")
    filled(work, "read")
    work.start(WRITER, work("read"), "8", output=out)
    wait_until(lambda: committed(out) > 0, "a commit")
    reader = work.start(WRITER, work("read"), "hold", output=work("held"))
    wait_until(lambda: "holding" in open(work("held")).read(), "a reader")
    before = committed(out)
    wait_until(lambda: committed(out) > before + 2000, "commits beside the reader")
    reader.kill()
    before = committed(out)
    wait_until(lambda: committed(out) > before + 2000, "commits after it")
    work.processes[0].kill()
    work.processes[0].wait()
    sound(work("read"), committed(out))


@case("a folder that is read-only: refused with the reason, read all the same")
def read_only(work):
    need_root()
    filled(work, "fixed")
    os.mkdir(work("mounted"))
    if run("mount", "--bind", work("fixed"), work("mounted")).returncode != 0:
        raise Skipped("a folder cannot be mounted")
    work.mounts.append(work("mounted"))
    check(run("mount", "-o", "remount,ro,bind", work("mounted")).returncode == 0, "remounting failed")
    done = run(WRITER, work("mounted"), "9", "1")
    check(done.returncode == 1 and "Read-only" in done.text, done.text)
