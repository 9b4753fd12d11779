import ArgumentParser
import WaryEngine
import WaryHistory
import WaryServer

/// `wary label import`: what was found out about decisions later.
struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Says what decisions turned out to be: fraud unlearns, legitimate learns again.",
        discussion: """
            Examples:
              wary label import labels.ndjson --data data
              echo '{"decision_id":"01JGFJJZ00M5Q4XJ8T9V0W1X2Y","label":"fraud"}' | wary label import - --data data
            """,
        subcommands: [LabelImportCommand.self])
}

struct LabelImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Labels decisions, one JSON object a line, as the operation \"label\" takes it.",
        discussion: """
            Example:
              wary label import labels.ndjson --data data
            """)

    @Argument(help: ArgumentHelp("The labels; - reads the standard input.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        let lines = try LineReader(path: file)
        let history = try data.open()
        defer { history.close() }
        var labelled = 0, wrong = 0, number = 0
        do throws(HistoryError) {
            var decider = try Decider(policies: .none, history: history, options: DeciderOptions(clock: .offline))
            while let line = try? lines.next() {
                number += 1
                guard line.contains(where: { !$0.isWhitespace }) else { continue }
                if let complaint = label(line, &decider) {
                    wrong += 1
                    complain("\(file):\(number): \(complaint)")
                } else {
                    labelled += 1
                }
            }
            try decider.commit()
        } catch {
            throw CommandFailure(error.description)
        }
        switch format {
        case .human: print("\(labelled) labelled" + (wrong > 0 ? ", \(wrong) wrong" : ""))
        case .json:
            printJSON { writer in
                writer.object { writer in
                    writer.member("labelled", labelled)
                    writer.member("wrong", wrong)
                }
            }
        }
        if wrong > 0 { throw Exit.findings }
    }

    /// Nil where all went well.
    private func label(_ line: Substring, _ decider: inout Decider) -> String? {
        guard let decoder = try? RequestDecoder() else { return "out of memory" }
        var text = line.trimmingPrefix { $0.isWhitespace }
        // `op` may be left out: there is but one here.
        if text.first == "{", !line.contains("\"op\"") { text = "{\"op\":\"label\"," + text.dropFirst() }
        switch decoder.decode(text.utf8).body {
        case .success(.label(let request)):
            if case .failure(let failure) = decider.handle(.label(request), wall: WallClock.now()) { return failure.message }
            return nil
        case .success: return "only labels can be imported here"
        case .failure(let failure): return failure.message
        }
    }
}
