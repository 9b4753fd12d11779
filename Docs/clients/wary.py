"""A client for Wary's decision socket, in one file, with the standard library alone.

    from wary import Wary

    wary = Wary("/run/wary/decide.sock", on_failure="step_up")
    answer = wary.decide(account="alice", ip="203.0.113.7", credential="valid")
    if answer["decision"] == "deny": ...
    wary.report(answer, "succeeded")

Connections are pooled; one client may be used by many threads. What happens when Wary cannot be reached, does not answer in
time, or is overloaded is never left to chance: `on_failure` says whether that is an "allow", a "step_up", a "deny", or
raises `Unreachable`.
"""
import json
import socket
import threading

__all__ = ["Wary", "WaryError", "Unreachable"]

_LINE_LIMIT = 65_536


class WaryError(Exception):
    """Wary refused the request; `code` is the API's, `retry_after_ms` is there for `overloaded`."""

    def __init__(self, code, message, retry_after_ms=None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms


class Unreachable(Exception):
    """Wary could not be asked, or did not answer in time."""


class _Connection:
    def __init__(self, path, timeout):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.settimeout(timeout)
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.timeout = timeout
        self.rest = b""

    def exchange(self, line):
        self.socket.sendall(line)
        while b"\n" not in self.rest:
            received = self.socket.recv(_LINE_LIMIT)
            if not received:
                raise ConnectionError("the server closed the connection")
            self.rest += received
        answer, self.rest = self.rest.split(b"\n", 1)
        return json.loads(answer)

    def close(self):
        self.socket.close()


class Wary:
    """A pool of connections to one decision socket.

    path: of the decision socket. timeout: seconds that each step of a request may take. on_failure: "allow", "step_up", "deny"
    or "raise". pool: connections that are kept open.
    """

    def __init__(self, path, timeout=1.0, on_failure="raise", pool=16):
        if on_failure not in ("allow", "step_up", "deny", "raise"):
            raise ValueError('on_failure is "allow", "step_up", "deny" or "raise"')
        self._path = path
        self._timeout = timeout
        self._on_failure = on_failure
        self._pool = pool
        self._idle = []
        self._lock = threading.Lock()

    def decide(self, account, ip, **fields):
        """Decides about an attempt. Fields are those of the API: credential, device, user_agent, method, factors, inputs …"""
        try:
            return self._ask({"op": "decide", "account": account, "ip": ip, **fields})
        except WaryError as error:
            if error.code not in ("overloaded", "internal"):
                raise
            return self._fail_over(error)
        except Unreachable as error:
            return self._fail_over(error)

    def report(self, decision, outcome, factor=None, attempt=None):
        """Says how a decided attempt ended. `decision` is an answer or its id. Without an id (a fail-over, a what-if, a degraded
        answer) there is nothing to report on, and nothing is sent."""
        identifier = decision.get("decision_id") if isinstance(decision, dict) else decision
        if identifier is None:
            return
        request = {"op": "report", "decision_id": identifier, "outcome": outcome}
        if factor is not None:
            request["factor"] = factor
        if attempt is not None:
            request["attempt"] = attempt
        self._ask(request)

    def label(self, decision_id, label):
        """Says what a decided attempt turned out to be: "fraud" or "legitimate"."""
        self._ask({"op": "label", "decision_id": decision_id, "label": label})

    def event(self, event, account, **fields):
        """Records another event of an account, such as "password.changed"."""
        self._ask({"op": "event", "event": event, "account": account, **fields})

    def ping(self):
        return self._ask({"op": "ping"})

    def close(self):
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _fail_over(self, error):
        if self._on_failure == "raise":
            raise error
        return {"decision": self._on_failure, "score": 0, "reasons": [], "unknown": [], "notify": [], "tags": [],
                "degraded": True, "failed_over": True, "failure": str(error)}

    def _ask(self, request):
        line = json.dumps(request, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        # A pooled connection may have been closed by a server that restarted; that shows before anything is sent.
        if connection is not None and self._is_dead(connection):
            connection.close()
            connection = None
        try:
            if connection is None:
                connection = _Connection(self._path, self._timeout)
            answer = connection.exchange(line)
        except (OSError, ValueError) as error:
            # Never sent again: the server may have recorded it, and an attempt is an attempt.
            if connection is not None:
                connection.close()
            raise Unreachable(f"{self._path}: {error}") from error
        with self._lock:
            keep = len(self._idle) < self._pool
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()
        if "error" in answer:
            failure = answer["error"]
            raise WaryError(failure["code"], failure["message"], failure.get("retry_after_ms"))
        return answer

    @staticmethod
    def _is_dead(connection):
        try:
            connection.socket.setblocking(False)
            try:
                # Nothing may come unasked: bytes or an end mean that this connection cannot be used.
                connection.socket.recv(1, socket.MSG_PEEK)
                return True
            except BlockingIOError:
                return False
            except OSError:
                return True
        finally:
            connection.socket.settimeout(connection.timeout)
