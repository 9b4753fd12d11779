"""Nothing personal where it does not belong: a whole run with planted identifiers, and everything it left behind searched."""
import base64, binascii, http.client, ipaddress, json, os, socket
from support import *

ACCOUNT, DEVICE, AGENT = "planted-Ann.Example@mail.example", "planted-device-5501", "planted-agent/9.1 (Nobody; x)"
NOTE, TAG, TENANT, APP = "planted-note-31415", "planted-credential-tag", "planted-tenant", "planted-app"
ADDRESS, SECOND = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234", "198.51.100.203"
PLANTED = [ACCOUNT, DEVICE, AGENT, NOTE, TAG, TENANT, APP, ADDRESS, SECOND]

POLICY_WITH_INPUTS = """policy planted "Looks at all of it" {
    for       login
    on_error  step_up
    no_factor deny
}
input note : text
let earlier = count(login by account within 1h)
let met     = distinct(account of login by ip within 1h)
let devices = new(device by account within 30d)
rule seen { when earlier >= 1 score 10 }
rule crowded { when met >= 2 score 10 }
rule noted { when note == "planted-note-31415" score 5 unknown skip }
rule place { when geo.country == "FR" score 1 unknown score 2 }
decide { step_up totp when score >= 15 allow otherwise }
"""


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def ask(path, method, target, body=None):
    connection = UnixHTTP(path)
    connection.request(method, target, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def forms(text):
    """What a text may look like: as it is, in other cases and encodings; of an address also its bytes."""
    raw = text.encode()
    found = {raw, raw.lower(), raw.upper(), text.encode("utf-16-le"), text.encode("utf-16-be"), binascii.hexlify(raw), raw[::-1]}
    for shift in range(3):
        # Base 64 of a longer text that holds it: the middle is the same whatever stands around it.
        found.add(base64.b64encode(b"x" * shift + raw)[(8 if shift else 0):].rstrip(b"=")[:-2])
    try:
        address = ipaddress.ip_address(text)
        if address.version == 6:
            found |= {address.packed, address.packed[::-1], address.packed[:8], address.packed[:8][::-1], address.exploded.encode()}
    except ValueError:
        pass
    return {form for form in found if len(form) >= 8}


def search(path):
    """Every file below, whole; the findings."""
    findings, count = [], 0
    for folder, _, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)
            if not os.path.isfile(file) or os.path.islink(file):
                continue
            count += 1
            with open(file, "rb") as stream:
                data = stream.read()
            for text in PLANTED:
                for form in forms(text):
                    if form in data:
                        findings.append("%s holds %r" % (os.path.relpath(file, path), form[:60]))
    return findings, count


def events():
    base = {"op": "decide", "account": ACCOUNT, "ip": ADDRESS, "device": DEVICE, "user_agent": AGENT, "credential": "valid",
            "credential_tag": TAG, "tenant": TENANT, "app": APP, "factors": ["totp"], "inputs": {"note": NOTE}}
    yield base
    yield dict(base, ip=SECOND, credential="invalid")
    yield dict(base, account="someone else")
    yield dict(base, explain="full")
    yield dict(base, what_if=True)


def mistakes():
    """Planted values where they do not belong: none may be quoted in a log."""
    yield {"op": "decide", "account": ACCOUNT, "ip": NOTE}
    yield {"op": "decide", "account": ACCOUNT, "ip": ADDRESS, NOTE: 1}
    yield {"op": "decide", "account": [ACCOUNT], "ip": ADDRESS}
    yield {"op": "decide", "account": ACCOUNT, "ip": ADDRESS, "inputs": {"note": 5}}
    yield {"op": "decide", "account": ACCOUNT, "ip": ADDRESS, "inputs": {NOTE: NOTE}}
    yield {"op": NOTE, "account": ACCOUNT}
    yield {"op": "report", "decision_id": ACCOUNT, "outcome": "succeeded"}
    yield {"op": "event", "event": ACCOUNT, "account": ACCOUNT}


@case("planted identifiers: not in logs, metrics, journal, profiles, keys, backups; gone from reads once erased")
def planted(work):
    with open(work("policy.wary"), "w", encoding="utf-8") as file:
        file.write(POLICY_WITH_INPUTS)
    kept = work("kept")
    os.mkdir(kept)
    socket_path, http_path = work("s.sock"), work("http.sock")
    process = work.start(WARY, "serve", "--data", work("data"), "--policies", work("policy.wary"), "--socket", socket_path, "--key-file", work("key"),
                         "--log-level", "debug", output=kept + "/out", stderr=open(kept + "/log", "wb"))
    wait_until(lambda: os.path.exists(socket_path) and os.path.exists(http_path), lambda: open(kept + "/log").read())
    client = Client(socket_path)
    ids = []
    for request in events():
        answer = client.ask(request)
        check("error" not in answer, json.dumps(answer))
        if "decision_id" in answer:
            ids.append(answer["decision_id"])
    for request in mistakes():
        check("error" in client.ask(request), json.dumps(request))
    for request in [{"op": "report", "decision_id": ids[0], "outcome": "challenge_passed", "factor": "totp"}, {"op": "label", "decision_id": ids[0], "label": "fraud"},
                    {"op": "event", "event": "password.changed", "account": ACCOUNT, "ip": ADDRESS, "device": DEVICE}]:
        check(client.ask(request).get("ok"), json.dumps(request))
    body = dict(next(events()))
    del body["op"]
    check(ask(http_path, "POST", "/v1/decisions", body)[0] == 200, "HTTP decision")
    check(ask(http_path, "POST", "/v1/decisions", dict(body, ip=NOTE))[0] == 400, "HTTP mistake")
    check(ask(http_path, "GET", "/v1/decisions/" + ids[0])[0] == 200, "HTTP look")
    ask(http_path, "GET", "/v1/accounts/%s/export" % ACCOUNT.replace("@", "%40"))
    ask(http_path, "GET", "/" + NOTE)
    for number, target in enumerate(["/metrics", "/readyz", "/healthz", "/v1/policies"]):
        status, text = ask(http_path, "GET", target)
        check(status == 200, target)
        # The policy's own text may say what it compares with; its description does not.
        with open("%s/http-%d" % (kept, number), "wb") as file:
            file.write(text)
    check(run(WARY, "backup", work("copy"), "--with-keys", "--data", work("data"), "--key-file", work("key")).returncode == 0, "backup")
    process.send_signal(15)
    check(process.wait(timeout=PATIENCE) == 0, "exit")
    files = 0
    for path in (kept, work("data"), work("copy")):
        # History keeps the policy's text, in which one planted word stands on purpose; it is no data of anybody's.
        findings, count = search(path)
        findings = [finding for finding in findings if not ("journal" in finding and "planted-note-31415" in finding.lower())]
        check(not findings, "; ".join(findings[:5]))
        files += count
    options = ("--data", work("data"), "--key-file", work("key"))
    for command in (("journal", "stat"), ("journal", "verify"), ("journal", "dump")):
        done = run(WARY, *command, *options)
        check(done.returncode == 0 and not any(text in done.text for text in PLANTED), done.text[-300:])

    exported = run(WARY, "export", "account", ACCOUNT, *options)
    for text in (ACCOUNT, DEVICE, AGENT, NOTE, TENANT, APP, SECOND, "password.changed", "challenge_passed", "fraud", "2001:db8:aaaa:bbbb"):
        check(text in exported.text, "the export lacks %r" % text)
    done = run(WARY, "erase", "account", ACCOUNT, "--yes", *options)
    check(done.returncode == 0 and "receipt" in done.text, done.text)
    again = run(WARY, "erase", "account", ACCOUNT, "--yes", *options)
    check(again.text == done.text, "another receipt: " + again.text)
    check(run(WARY, "export", "account", ACCOUNT, *options).returncode == 1, "still exported")
    for command in (("history", "account", ACCOUNT), ("journal", "dump", "--fields"), ("history", "account", "someone else")):
        text = run(WARY, *command, *options, "--format", "json").text if command[0] == "history" else run(WARY, *command, *options).text
        check('"account":"%s"' % ACCOUNT not in text, "%s still shows it" % " ".join(command[:2]))
    check("account erased" not in run(WARY, "explain", ids[0], *options).text, "explained")
    check(run(WARY, "explain", ids[0], *options).returncode == 1, "its decision is still explained")
    check(run(WARY, "journal", "verify", *options).returncode == 0, "erasure broke the journal's proof")
    return "%d files searched for %d planted texts" % (files, len(PLANTED))


@case("the installation's key rotated: the old one opens nothing, the new one everything")
def rotated(work):
    server = Server(work)
    client = server.client()
    ids = [client.ask(attempt(number))["decision_id"] for number in range(20)]
    check(server.stop() == 0, "exit")
    done = run(WARY, "rotate-key", work("new.key"), "--data", server.data, "--key-file", work("key"))
    check(done.returncode == 0, done.text)
    check(os.stat(work("new.key")).st_mode & 0o777 == 0o600, "the key's mode")
    old = run(WARY, "journal", "verify", "--data", server.data, "--key-file", work("key"))
    check(old.returncode == 1 and "another installation key" in old.text, old.text)
    os.replace(work("new.key"), work("key"))
    check(run(WARY, "journal", "verify", "--data", server.data, "--key-file", work("key")).returncode == 0, "the new key")
    again = Server(work)
    check(again.client().ask({"op": "report", "decision_id": ids[3], "outcome": "succeeded"}).get("ok"), "a report on a decision made before")
    check(again.stop() == 0, "exit")
    check(set(ids) <= again.decisions(), "decisions are missing")
