import Foundation
import Testing
import WaryHistory

/// `kill -9` at any instant: what was committed is there, profiles equal a rebuild, the folder opens.
/// `WARY_KILL_ROUNDS` says how often; the default is for everyday runs.
@Suite struct KillTests {
    @Test func killedWritersLoseNothingThatWasCommitted() throws {
        let writer = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("HistoryWriter")
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("HistoryWriter")
        let program = try #require([writer, beside].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0.path) })
        let rounds = ProcessInfo.processInfo.environment["WARY_KILL_ROUNDS"].flatMap(Int.init) ?? 8
        let seed = UInt64.random(in: 1 ... .max)
        var generator = SeededGenerator(seed: seed)
        try withFolder { folder in
            for round in 0..<rounds {
                let committed = try Self.run(program, folder, seed: generator.next() | 1,
                                             milliseconds: Int.random(in: round % 2 == 0 ? 20..<500 : 5..<60, using: &generator))
                try Self.check(folder, committed, "seed \(seed), round \(round)")
            }
        }
    }

    /// - Returns: the last record that the writer said was committed.
    private static func run(_ program: URL, _ folder: String, seed: UInt64, milliseconds: Int) throws -> UInt64 {
        let process = Process(), pipe = Pipe()
        process.executableURL = program
        process.arguments = [folder, "\(seed)"]
        process.standardOutput = pipe
        try process.run()
        usleep(UInt32(milliseconds) * 1000)
        kill(process.processIdentifier, SIGKILL)
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(!lines.contains { $0.hasPrefix("error") }, "\(lines.last ?? "")")
        return lines.last { $0.hasPrefix("committed") }.flatMap { UInt64($0.dropFirst(10)) } ?? 0
    }

    private static func check(_ folder: String, _ committed: UInt64, _ comment: String) throws {
        let key = try #require(InstallationKey(bytes: [UInt8](repeating: 7, count: 32)))
        var options = HistoryOptions()
        options.isReadOnly = false
        guard FileManager.default.fileExists(atPath: folder) else { return }
        let history = try History.open(folder, key: key, options: options)
        try history.use(WriterAggregates.all)
        #expect(try history.statistics().last >= committed, "\(comment)")
        let digest = try history.digest()
        history.close()
        let copy = folder + "-rebuilt"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        try FileManager.default.removeItem(atPath: copy + "/profiles")
        let rebuilt = try History.open(copy, key: key, options: options)
        try rebuilt.use(WriterAggregates.all)
        #expect(try rebuilt.digest() == digest, "\(comment)")
        rebuilt.close()
    }
}
