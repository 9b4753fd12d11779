import Foundation
import Testing

/// What `wary journal log` writes, checked by a program that knows the public formats and nothing of Wary.
@Suite struct AuditCommandTests {
    @Test func anIndependentVerifierAcceptsTheLog() throws {
        let program = try Program()
        defer { program.remove() }
        var checkpoints: [String] = []
        for count in [1, 254, 2, 300, 43] {
            let begin = checkpoints.count * 1000
            let lines = (0..<count).map { #"{"at":"2026-01-01T10:00:00Z","account":"u\#($0 % 7)","ip":"192.0.2.\#($0 % 9)","outcome":"succeeded","method":"m\#(begin + $0)"}"# }
            let imported = try program.wary("import", "ndjson", "-", "--data", "data", input: lines.joined(separator: "\n") + "\n")
            #expect(imported.code == 0, "\(imported.complaints)")
            let log = try program.wary("journal", "log", "audit", "--data", "data", "--origin", "example.com/wary")
            #expect(log.code == 0, "\(log.complaints)")
            let key = try #require(log.output.split(separator: "\n").last.map(String.init))
            let checked = try Self.verify(program, "audit", key, checkpoints)
            #expect(checked.code == 0, "\(checked.output)")
            let kept = "checkpoint-\(count)"
            try program.write(kept, program.read("audit/checkpoint"))
            checkpoints.append(kept)
        }
        let verified = try program.wary("journal", "verify", "--data", "data", "--checkpoint", checkpoints[1])
        #expect(verified.code == 0, "\(verified.output)")

        // The verifier is no rubber stamp.
        let log = try program.wary("journal", "log", "audit", "--data", "data", "--origin", "example.com/wary")
        let key = try #require(log.output.split(separator: "\n").last.map(String.init))
        try program.write("forged", program.read("checkpoint-254").replacingOccurrences(of: "\n255\n", with: "\n256\n"))
        #expect(try Self.verify(program, "audit", key, ["forged"]).code == 1)
        let tile = program.folder.appendingPathComponent("audit/tile/0/000")
        var bytes = try Data(contentsOf: tile)
        bytes[100] ^= 1
        try bytes.write(to: tile)
        #expect(try Self.verify(program, "audit", key, []).code == 1)
    }

    private static func verify(_ program: Program, _ folder: String, _ key: String, _ earlier: [String]) throws -> (code: Int32, output: String) {
        let script = Repository.root.appendingPathComponent("Tests/Audit/verify_log.py").path
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, folder, key] + earlier
        process.currentDirectoryURL = program.folder
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
