import Foundation
import Testing

/// Runs the program as a user would.
struct Program {
    struct Outcome {
        var code: Int32
        var output: String
        var complaints: String

        /// The output as JSON.
        func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed) }

        func object() throws -> [String: Any] { try #require(try json() as? [String: Any], "\(output)") }
    }

    /// A folder of its own, removed at the end.
    let folder: URL

    init() throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("wary-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func write(_ name: String, _ text: String) throws {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// Runs `wary` in the folder.
    func wary(_ arguments: String..., input: String = "") throws -> Outcome { try run(arguments, input: input) }

    func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("WARY_") }
        // Files rather than pipes: neither side can wait for the other.
        let streams = ["in", "out", "err"].map { folder.appendingPathComponent(".\($0)-\(UUID().uuidString)") }
        defer { for stream in streams { try? FileManager.default.removeItem(at: stream) } }
        try Data(input.utf8).write(to: streams[0])
        for stream in streams.dropFirst() { try Data().write(to: stream) }
        process.standardInput = try FileHandle(forReadingFrom: streams[0])
        process.standardOutput = try FileHandle(forWritingTo: streams[1])
        process.standardError = try FileHandle(forWritingTo: streams[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, output: try String(contentsOf: streams[1], encoding: .utf8),
                       complaints: try String(contentsOf: streams[2], encoding: .utf8))
    }

    /// Built beside the tests.
    static let executable: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("wary")
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue { return candidate }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: ".build/debug/wary")
    }()
}

/// The repository's own files.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var policies: String { root.appendingPathComponent("Policies").path }

    /// Other people's test data; nil where it is not there.
    static func shared(_ name: String) -> String? {
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared").path
        let path = "\(ProcessInfo.processInfo.environment["WARY_SHARED"] ?? beside)/data/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            print("SKIPPED: \(name) is not there; set WARY_SHARED to the folder that holds data/")
            return nil
        }
        return path
    }
}
