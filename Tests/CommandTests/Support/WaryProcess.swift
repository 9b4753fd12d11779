import Foundation
import Synchronization

/// The built `wary`, as a process.
enum WaryProcess {
    struct Finished {
        var status: Int32
        var output: String
        var errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Beside the tests' own program.
    static let executable: URL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("wary")

    /// Runs it to its end.
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:],
                    in folder: URL? = nil) throws -> Finished {
        let process = prepared(arguments, environment, folder)
        let stdin = Pipe(), stdout = Pipe(), stderr = Pipe()
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        let errors = Mutex(Data())
        let done = DispatchSemaphore(value: 0)
        let reader = stderr.fileHandleForReading
        Thread.detachNewThread {
            let data = reader.readDataToEndOfFile()
            errors.withLock { $0 = data }
            done.signal()
        }
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        done.wait()
        process.waitUntilExit()
        return Finished(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
                        errors: errors.withLock { String(decoding: $0, as: UTF8.self) })
    }

    static func prepared(_ arguments: [String], _ environment: [String: String], _ folder: URL?) -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
            .merging(environment) { $1 }
        return process
    }
}

/// A folder that is gone when the test is.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("wary-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws { try text.write(toFile: path(name), atomically: true, encoding: .utf8) }
}
