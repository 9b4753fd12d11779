import Foundation

/// The built `wary` program, run as a user would.
struct WaryProgram {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Beside the test runner, where the package manager puts every product.
    static let path: String = {
        let runner = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = runner.deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("wary").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return root.appendingPathComponent(".build/debug/wary").path
    }()

    /// The project's root.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs it to its end in the project's root, without a terminal.
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        // Read both ends at once, or a full pipe would hold the program up.
        let drained = Drain(errors.fileHandleForReading)
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: text, as: UTF8.self), errors: drained.text())
    }
}

/// Reads a stream to its end on a thread of its own.
private final class Drain: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let box = Box()

    // SAFETY: the data is written before the semaphore is signalled and read after it has been waited for.
    private final class Box: @unchecked Sendable {
        var data = Data()
    }

    init(_ handle: FileHandle) {
        let (box, done) = (box, done)
        Thread.detachNewThread {
            box.data = handle.readDataToEndOfFile()
            done.signal()
        }
    }

    func text() -> String {
        done.wait()
        return String(decoding: box.data, as: UTF8.self)
    }
}
