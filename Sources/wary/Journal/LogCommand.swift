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
            edited. Full tiles that are there already stay; of events held no longer, leaves are written and no entries.
            Prints the key that checkpoints are verified with. May run beside a server that has the folder.
            Example:
              wary journal log audit --data data --origin example.com/wary
            """)

    @Argument(help: ArgumentHelp("The folder to write.", valueName: "dir"))
    var target: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("The log's name, as a URL without its scheme; else one made of its key.", valueName: "name"))
    var origin: String?

    func validate() throws {
        if let origin, origin.isEmpty || origin.contains(where: { $0.isWhitespace || $0 == "+" }) {
            throw ValidationError("--origin is one word without +")
        }
    }

    func run() throws {
        let history = try data.open(readOnly: true)
        defer { history.close() }
        let folder = URL(fileURLWithPath: target)
        do {
            let log = try history.auditLog(origin: origin)
            try log.files(unless: { FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }) { path, bytes in
                let url = folder.appendingPathComponent(path)
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: url, options: .atomic)
            }
            print("\(log.size) events in \(target)")
            print(log.verifierKey)
        } catch let error as HistoryError { throw CommandFailure(error.description) }
    }
}
