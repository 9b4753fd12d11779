"""What the fault cases share: a place to work in, the programs under test, a server with clients, a registry of cases."""
import json, os, shutil, signal, socket, subprocess, tempfile, threading, time

BIN = os.environ.get("WARY_BIN", ".build/debug")
WARY, WRITER = os.path.join(BIN, "wary"), os.path.join(BIN, "HistoryWriter")
CASES = []
# For what must happen some time; never for how fast.
PATIENCE = 120

POLICY = """policy counting "Counts attempts" {
    for       login
    on_error  step_up
    no_factor deny
}
let earlier = count(login by account within 1h)
rule seen "Attempts before this one" {
    when  earlier >= 0
    score 1 * earlier up to 100
}
decide {
    allow otherwise
}
"""


class Skipped(Exception):
    """The case cannot be run here; says why."""


class Failed(Exception):
    pass


def case(text):
    def register(function):
        CASES.append((function.__name__, text, function))
        return function
    return register


def check(condition, text):
    if not condition:
        raise Failed(text() if callable(text) else text)


def wait_until(condition, text, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise Failed("never came: " + (text() if callable(text) else text))


def need(program):
    if shutil.which(program) is None:
        raise Skipped(program + " is not installed")


def need_root():
    if os.geteuid() != 0:
        raise Skipped("needs root")


def run(*arguments, **options):
    """A program to its end; output and errors as one text."""
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, **options)
    done.text = done.stdout.decode(errors="replace")
    return done


def sound(folder, at_least=0):
    """The folder opens, its journal is sound, its profiles equal a rebuild, and it holds so many records."""
    done = run(WRITER, folder, "check")
    check(done.returncode == 0, "%s: %s" % (folder, done.text.strip()[-400:]))
    last = int(done.text.split("last ")[1].split(",")[0])
    check(last >= at_least, "%d records were committed, %d are there" % (at_least, last))
    return last


def committed(path):
    """The last record that a writer's output says is committed."""
    with open(path, encoding="utf-8", errors="replace") as file:
        said = [line for line in file.read().split("\n")[:-1] if line.startswith("committed ")]
    return int(said[-1].split()[1]) if said else 0


class Work:
    """A folder that is gone at the end, with the processes begun in it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="wary-faults-")
        self.processes, self.mounts = [], []

    def __call__(self, *names): return os.path.join(self.path, *names)

    def start(self, *arguments, output=None, **options):
        stream = open(output, "wb") if output else subprocess.DEVNULL
        process = subprocess.Popen(arguments, stdout=stream, stderr=options.pop("stderr", subprocess.STDOUT), **options)
        self.processes.append(process)
        return process

    def small_disk(self, name, size):
        need_root()
        os.mkdir(self(name))
        if run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", self(name)).returncode != 0:
            raise Skipped("a tmpfs cannot be mounted")
        self.mounts.append(self(name))
        return self(name)

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        for mount in reversed(self.mounts):
            run("umount", "-l", mount)
        shutil.rmtree(self.path, ignore_errors=True)


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.rest = b""

    def send(self, *requests):
        self.socket.sendall(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def line(self):
        """The next answer; None at the end."""
        while b"\n" not in self.rest:
            try:
                more = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not more:
                return None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def ask(self, request):
        self.send(request)
        answer = self.line()
        check(answer is not None, "the server closed the connection")
        return answer

    def close(self): self.socket.close()


def attempt(number, **more):
    request = {"op": "decide", "id": "r%d" % number, "account": "account %d" % (number % 40), "ip": "192.0.2.%d" % (number % 200)}
    request.update(more)
    return request


class Server:
    """`wary serve` on a folder of its own."""

    def __init__(self, work, data=None, before=(), arguments=(), wait=True):
        self.work, self.data = work, data or work("data")
        self.socket = self.data + ".sock"
        with open(work("policy.wary"), "w", encoding="utf-8") as file:
            file.write(POLICY)
        self.log = work("log-%d" % len(work.processes))
        with open(self.log, "wb") as errors:
            self.process = work.start(*before, WARY, "serve", "--data", self.data, "--policies", work("policy.wary"), "--socket", self.socket,
                                      "--key-file", work("key"), *arguments, output=self.log + ".out", stderr=errors)
        if wait:
            wait_until(lambda: self.process.poll() is not None or os.path.exists(self.socket) and self.answers(), lambda: "a server: " + self.said())
            check(self.process.poll() is None, lambda: "the server ended: " + self.said())

    def answers(self):
        try:
            client = Client(self.socket)
            answer = client.ask({"op": "ping"})
            client.close()
            return answer.get("ok", False)
        except (OSError, Failed):
            return False

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-1000:]

    @property
    def pid(self):
        """The server's own, also where strace runs it."""
        children = run("pgrep", "-P", str(self.process.pid)).text.split()
        return int(children[0]) if children else self.process.pid

    def client(self): return Client(self.socket)

    def stop(self, number=signal.SIGTERM):
        os.kill(self.pid, number)
        return self.process.wait(timeout=PATIENCE)

    def ready(self):
        """The status of /readyz and its text."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        connection.connect(os.path.join(os.path.dirname(self.socket), "http.sock"))
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        text = b""
        while more := connection.recv(65536):
            text += more
        connection.close()
        return int(text.split(b" ")[1]), text.decode(errors="replace")

    def decisions(self):
        """The ids of all decisions that the journal holds."""
        done = run(WARY, "journal", "dump", "--fields", "--data", self.data, "--key-file", self.work("key"))
        check(done.returncode == 0, done.text[-400:])
        return {part.split('"')[0] for line in done.text.split("\n") if '"type":"decision"' in line
                for part in line.split('"decision_id":"')[1:]}


class Load:
    """Clients that ask and ask, and remember what was answered."""

    def __init__(self, server, clients=8, depth=8):
        self.answered, self.lock, self.stopped = [], threading.Lock(), False
        self.threads = [threading.Thread(target=self.work, args=(server, number, depth), daemon=True) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def work(self, server, number, depth):
        try:
            client, count = server.client(), number * 1000
            while not self.stopped:
                client.send(*[attempt(count + index) for index in range(depth)])
                for _ in range(depth):
                    answer = client.line()
                    if answer is None:
                        return
                    with self.lock:
                        self.answered.append(answer)
                count += depth
        except OSError:
            return

    def count(self):
        with self.lock:
            return len(self.answered)

    def end(self):
        self.stopped = True
        for thread in self.threads:
            thread.join(timeout=PATIENCE)
        return self.answered
