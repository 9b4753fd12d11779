import Foundation

/// The repository's own files, and programs that tests call where they are installed.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Where a program stands; nil, with a line on the console, where it is not installed.
    static func program(_ name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        if found == nil { print("SKIPPED: \(name) is not installed") }
        return found
    }

    struct Run {
        var status: Int32
        var output: String
    }

    /// Runs a program to its end with `input` as its standard input; both its outputs together.
    static func run(_ program: URL, _ arguments: [String], input: String = "", in folder: URL? = nil,
                    environment: [String: String] = [:]) throws -> Run {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = folder }
        let given = FileManager.default.temporaryDirectory.appendingPathComponent("wary-input-\(UUID().uuidString)")
        try Data(input.utf8).write(to: given)
        defer { try? FileManager.default.removeItem(at: given) }
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
