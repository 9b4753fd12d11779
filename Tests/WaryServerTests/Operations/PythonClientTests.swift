import Foundation
import Testing
import WaryEngine
@testable import WaryServer

/// Docs/clients/wary.py against a decision socket. Skipped where there is no python3.
@Suite struct PythonClientTests {
    static let script = """
        import sys, threading
        sys.path.insert(0, sys.argv[1])
        from wary import Wary, WaryError, Unreachable
        path = sys.argv[2]
        with Wary(path, timeout=5) as wary:
            answer = wary.decide(account="alice", ip="203.0.113.7", inputs={"cart": 12.5})
            assert answer["decision"] == "allow" and answer["decision_id"], answer
            wary.report(answer, "challenge_passed", factor="totp")
            wary.label(answer["decision_id"], "fraud")
            wary.event("password.changed", "alice", ip="203.0.113.7")
            assert wary.ping()["ok"]
            try:
                wary.decide(account="alice", ip="203.0.113.7", acount="x")
                raise SystemExit("a wrong field was accepted")
            except WaryError as error:
                assert error.code == "bad_request" and "account" in error.message, error
            seen = []
            def many():
                for _ in range(50): seen.append(wary.decide(account="bob", ip="192.0.2.1")["decision"])
            threads = [threading.Thread(target=many) for _ in range(8)]
            [t.start() for t in threads]; [t.join() for t in threads]
            assert seen == ["allow"] * 400
        for choice in ("allow", "step_up", "deny"):
            answer = Wary(path + ".gone", on_failure=choice).decide(account="a", ip="192.0.2.1")
            assert answer["decision"] == choice and answer["degraded"] and answer["failed_over"]
            Wary(path + ".gone", on_failure=choice).report(answer, "succeeded")
        try:
            Wary(path + ".gone").decide(account="a", ip="192.0.2.1")
            raise SystemExit("an unreachable server was reached")
        except Unreachable:
            pass
        print("fine")
        """

    @Test func itAsksReportsAndFailsOverAsItIsTold() async throws {
        guard let python = Repository.program("python3") else { return }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-py-\(UInt32.random(in: 0...UInt32.max)).sock").path
        let socket = try DecisionSocket.start(DecisionSocket.Options(path: path)) { request, _, reply in
            switch request {
            case .decide: reply(.decision(ScriptedBackend.allowed))
            case .ping: reply(.pong(version: "test", policies: []))
            default: reply(.ok)
            }
        }
        let folder = Repository.root.appendingPathComponent("Docs/clients").path
        let run = try await HTTPClient.onThread {
            try Repository.run(python, ["-c", Self.script, folder, path], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        }
        await socket.stop()
        #expect(run.status == 0 && run.output == "fine\n", "\(run.output)")
    }
}
