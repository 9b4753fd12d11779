import Foundation

/// `wary serve` in a folder of its own, on a policy that says how many attempts it has seen before.
final class RunningServer {
    struct NotStarted: Error { var errors: String }

    let folder: TemporaryFolder
    let process: Process
    var socket: String { folder.path("data/decide.sock") }

    static let policy = """
        policy counting "Counts attempts" {
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

    init(in folder: TemporaryFolder? = nil, policy: String = RunningServer.policy, _ arguments: [String] = []) throws {
        self.folder = try folder ?? TemporaryFolder()
        try self.folder.write(policy, to: "policy.wary")
        process = WaryProcess.prepared(
            ["serve", "--data", self.folder.path("data"), "--policies", self.folder.path("policy.wary")] + arguments, [:], nil)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        // It says where it listens once it does.
        let said = output.fileHandleForReading.availableData
        guard String(decoding: said, as: UTF8.self).contains("listens on") else {
            process.terminate()
            throw NotStarted(errors: "it ended before it listened")
        }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// As a power cut would.
    func killHard() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Tells it to stop; its exit code.
    func stop(_ number: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        return process.terminationStatus
    }

    func client() throws -> SocketClient { try SocketClient(socket) }

    static func decide(_ account: String, whatIf: Bool = false) -> String {
        #"{"op":"decide","account":"\#(account)","ip":"192.0.2.1"\#(whatIf ? #","what_if":true"# : "")}"#
    }

    /// What an answer's rule `seen` saw.
    static func earlier(_ line: String?) -> Int? {
        guard let line, let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
              let reasons = object["reasons"] as? [[String: Any]],
              let because = reasons.first?["because"] as? [String: String] else { return nil }
        return because["earlier"].flatMap { Int($0) }
    }
}
