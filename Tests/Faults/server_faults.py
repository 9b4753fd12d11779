"""Faults under `wary serve`, seen from its clients."""
import json, os, random, signal, socket, time
from support import *


def degraded(answer): return answer.get("degraded") is True


@case("kill -9 of a server under load: every answered decision is there")
def server_killed(work, rounds):
    rounds, answered = max(1, rounds // 20), set()
    for _ in range(rounds):
        server = Server(work)
        load = Load(server)
        wait_until(lambda: load.count() > 200, "answers")
        time.sleep(random.uniform(0, 0.3))
        server.process.kill()
        server.process.wait()
        answered |= {answer["decision_id"] for answer in load.end()}
        os.remove(server.socket)
        missing = answered - server.decisions()
        check(not missing, "%d of %d answered decisions are missing" % (len(missing), len(answered)))
    return "%d rounds, %d decisions" % (rounds, len(answered))


@case("SIGTERM under load: what was answered is there, exit 0")
def terminated(work):
    server, count = None, 0
    for _ in range(3):
        server = Server(work)
        load = Load(server)
        wait_until(lambda: load.count() > 300, "answers")
        check(server.stop() == 0, "exit " + str(server.process.returncode))
        answered = {answer["decision_id"] for answer in load.end() if "decision_id" in answer}
        held = server.decisions()
        check(answered <= held, "%d answered decisions are missing" % len(answered - held))
        count += len(answered)
    return "%d decisions" % count


@case("two servers on one folder: the second refuses, naming the first's pid")
def two_servers(work):
    first = Server(work)
    done = run(WARY, "serve", "--data", first.data, "--policies", work("policy.wary"), "--socket", work("other.sock"), "--key-file", work("key"))
    check(done.returncode == 1, "exit %d" % done.returncode)
    check("in use by the process %d" % first.pid in done.text, done.text)
    check(first.answers(), "the first server no longer answers")


@case("disk full while serving: on_error and degraded, reports overloaded, /readyz 503; by itself again when space returns")
def server_disk_full(work):
    small = work.small_disk("small", "32m")
    server = Server(work, data=small + "/data")
    client = server.client()
    good = client.ask(attempt(1))
    check(not degraded(good) and good["decision"] == "allow", good)
    check(server.ready()[0] == 200, "not ready")
    with open(small + "/filler", "wb") as filler:
        try:
            while True:
                filler.write(bytes(1 << 16))
                filler.flush()
        except OSError:
            pass
    bad = {}
    def fails():
        nonlocal bad
        bad = client.ask(attempt(2))
        return degraded(bad)
    wait_until(fails, "a degraded answer")
    check(bad["decision"] == "step_up" and "decision_id" not in bad, json.dumps(bad))
    report = client.ask({"op": "report", "decision_id": good["decision_id"], "outcome": "succeeded"})
    check(report.get("error", {}).get("code") == "overloaded" and report["error"]["retry_after_ms"] > 0, json.dumps(report))
    status, text = server.ready()
    check(status == 503 and "no space left" in text, text)
    os.remove(small + "/filler")
    wait_until(lambda: not degraded(client.ask(attempt(3))), "recovery")
    check(client.ask({"op": "report", "decision_id": good["decision_id"], "outcome": "succeeded"}).get("ok"), "the report is refused")
    check(server.ready()[0] == 200, "not ready again")
    check(server.stop() == 0, "exit")
    verified(server)


@case("fdatasync fails while serving: that batch is degraded and not there, the next ones hold")
def server_syncs_fail(work):
    need("strace")
    server = Server(work, before=("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=40+9"))
    client = server.client()
    answers = [client.ask(attempt(number)) for number in range(120)]
    bad = [answer for answer in answers if degraded(answer)]
    good = {answer["decision_id"] for answer in answers if not degraded(answer)}
    check(bad and good, "%d degraded, %d good" % (len(bad), len(good)))
    check(all("decision_id" not in answer and answer["decision"] == "step_up" for answer in bad), json.dumps(bad[0]))
    check(not degraded(answers[-1]) or not degraded(answers[-2]), "it did not recover")
    server.stop()
    missing = good - server.decisions()
    check(not missing, "%d answered decisions are missing" % len(missing))
    return "%d of %d degraded" % (len(bad), len(answers))


@case("half requests, endless lines, garbage, clients that go away or do not read: errors for them alone")
def half_requests(work):
    server = Server(work)
    whole = json.dumps(attempt(1)).encode()
    victims = []
    for index in range(0, len(whole), 7):
        client = server.client()
        client.socket.sendall(whole[:index])
        if index % 2:
            client.close()
        else:
            victims.append(client)
    endless = server.client()
    try:
        endless.socket.sendall(b"x" * 200_000)
    except OSError:
        pass
    check(endless.line()["error"]["code"] == "too_long", "too_long")
    garbage = server.client()
    garbage.socket.sendall(b"\xff\xfe{\n[1]\n{\"op\":\"decide\"\n")
    codes = [garbage.line()["error"]["code"] for _ in range(3)]
    check(set(codes) <= {"bad_json", "bad_request"}, "garbage: %s" % codes)
    deaf = server.client()
    deaf.socket.settimeout(1)
    try:
        for _ in range(2000):
            deaf.send(*[attempt(number) for number in range(50)])
    except OSError:
        pass
    good = server.client()
    check(not degraded(good.ask(attempt(5))), "others are not served")
    check(server.stop() == 0, "exit")


@case("a server on a damaged journal: refused with file, place and the command that saves the rest, which then does")
def server_damaged(work):
    server = Server(work)
    client = server.client()
    for number in range(400):
        client.ask(attempt(number))
    check(server.stop() == 0, "exit")
    path = os.path.join(server.data, "journal", "data.mdb")
    with open(path, "r+b") as file:
        file.write(bytes(4096))
    done = run(WARY, "serve", "--data", server.data, "--policies", work("policy.wary"), "--socket", server.socket, "--key-file", work("key"))
    check(done.returncode == 1 and "data.mdb" in done.text and "first page" in done.text and "salvage" in done.text, done.text)
    done = run(WARY, "journal", "salvage", work("saved"), "--data", server.data, "--key-file", work("key"))
    check(done.returncode == 0 and "400 events saved" in done.text, done.text)
    again = Server(work, data=work("saved"))
    check(not degraded(again.client().ask(attempt(1))), "degraded")
    again.stop()
    verified(again)


@case("a backup while serving under load: consistent, verified, restored")
def backup(work):
    server = Server(work)
    load = Load(server, clients=4)
    wait_until(lambda: load.count() > 300, "answers")
    before = {answer["decision_id"] for answer in list(load.answered)}
    done = run(WARY, "backup", work("copy"), "--with-keys", "--data", server.data, "--key-file", work("key"))
    check(done.returncode == 0, done.text)
    wait_until(lambda: load.count() > len(before) + 300, "answers after the backup")
    check(server.stop() == 0, "exit")
    load.end()
    done = run(WARY, "journal", "verify", "--data", work("copy"), "--key-file", work("key"))
    check(done.returncode == 0, done.text)
    restored = Server(work, data=work("copy"))
    held = restored.decisions()
    check(before <= held, "%d decisions answered before the backup are not in it" % len(before - held))
    check(not degraded(restored.client().ask(attempt(1))), "degraded")
    restored.stop()
    verified(restored)
    return "%d decisions" % len(held)


def verified(server):
    done = run(WARY, "journal", "verify", "--data", server.data, "--key-file", server.work("key"))
    check(done.returncode == 0, done.text)
