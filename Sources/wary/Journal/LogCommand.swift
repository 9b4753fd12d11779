import ArgumentParser
import Foundation
import WaryHistory

/// `wary journal log`: the journal as a transparency log that anybody's verifier can check.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Writes the journal as a Merkle log: C2SP tlog-tiles with a signed checkpoint.",
        discussion: """
            The leaves hold pseudonyms and digests only. Keep a checkpoint elsewhere: a later log that does not contain it was
            edited. Prints the key that checkpoints are verified with.
            Example:
              wary journal log audit --data data --origin example.com/wary
            """)

    @Argument(help: ArgumentHelp("The folder to write; files that are there are replaced.", valueName: "dir"))
    var target: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("The log's name, as a URL without its scheme.", valueName: "name"))
    var origin: String

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let log: AuditLog, files: [(path: String, bytes: [UInt8])]
        do throws(HistoryError) {
            log = try history.auditLog(origin: origin)
            files = try log.files()
        } catch { throw CommandFailure(error.description) }
        for file in files {
            let url = URL(fileURLWithPath: target).appendingPathComponent(file.path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.bytes).write(to: url, options: .atomic)
        }
        print("\(log.size) events in \(target)")
        print(log.verifierKey)
    }
}
