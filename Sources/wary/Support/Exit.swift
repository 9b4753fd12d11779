import ArgumentParser

/// The program's exit codes.
enum Exit {
    /// Findings: failed tests, policies with errors, a folder that cannot be opened.
    static let findings = ExitCode(1)
    /// Wrong usage.
    static let usage = ExitCode(2)
    /// The server cannot be reached.
    static let unreachable = ExitCode(3)
}

/// Ends a command with a sentence on the error stream.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String
    var code: ExitCode

    init(_ description: String, code: ExitCode = Exit.findings) {
        self.description = description
        self.code = code
    }
}
