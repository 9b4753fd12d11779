import ArgumentParser
import WaryEngine
import WaryHistory
import WaryServer

/// `wary import ndjson`: events of any origin, one JSON object a line.
struct ImportNDJSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ndjson",
        abstract: "Imports events, one JSON object a line: what \"decide\" takes, with \"at\", and \"outcome\" and \"label\" where known.",
        discussion: """
            Lines may stand in any order; they are recorded by "at". A line that is wrong is named and left out, and the exit is
            then 1: mend it and import the file again, what is there already is skipped.
            Examples:
              wary import ndjson events.ndjson --data data
              echo '{"at":"2026-01-01T12:00:00Z","account":"alice","ip":"192.0.2.1","outcome":"succeeded"}' | wary import ndjson - --data data
            """)

    @Argument(help: ArgumentHelp("The events; - reads the standard input.", valueName: "file"))
    var file: String

    @OptionGroup var options: ImportOptions

    @Option(name: .long, help: "How many addresses the table of decisions shows.")
    var top = 15

    func run() throws {
        let (events, wrong) = try read()
        let report = try options.run(events)
        switch options.format {
        case .human:
            let text = ImportText(terminal: .output)
            if let first = events.first?.at, let last = events.last?.at { print("\(first) to \(last)") }
            text.summary(report)
            if let replay = report.replay { text.print(replay, top: top) }
        case .json:
            printJSON { writer in
                writer.object { writer in
                    writer.member("lines", events.count + wrong)
                    writer.member("wrong", wrong)
                    writer.member("recorded", report.recorded)
                    writer.member("duplicates", report.duplicates)
                    if let replay = report.replay { ImportJSON.write(replay, &writer) }
                }
            }
        }
        if wrong > 0 { throw Exit.findings }
    }

    /// The events by their instants, those of one instant in the order of the file, and how many lines were wrong.
    private func read() throws -> (events: [ImportedEvent], wrong: Int) {
        let lines = try LineReader(path: file)
        let decoder: RequestDecoder
        do { decoder = try RequestDecoder() } catch { throw CommandFailure(error.message) }
        var events: [ImportedEvent] = []
        var seen: [Substring: Int] = [:]
        var number = 0, wrong = 0
        while let line = try lines.next() {
            number += 1
            let text = line.last == "\r" ? line.dropLast() : line
            guard text.contains(where: { !$0.isWhitespace }) else { continue }
            switch decoder.decodeImport(text.utf8) {
            case .success(var event):
                // The same line twice in one file is two events; the same file twice is not.
                seen[text, default: 0] += 1
                event.fingerprint = "ndjson \(seen[text, default: 0]) \(text)"
                events.append(event)
            case .failure(let failure):
                wrong += 1
                if wrong <= 20 { complain("\(file):\(number): \(failure.message)") }
            }
        }
        if wrong > 20 { complain("\(file): \(wrong - 20) more lines are wrong") }
        let sorted = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        return (sorted.map(\.element), wrong)
    }
}
