import WaryEngine
import WaryVocabulary

/// What an import found, for people.
struct ImportText {
    let terminal: Terminal

    func print(_ figures: SSHLogReader.Figures, _ report: Importer.Report, first: Instant?, last: Instant?, top: Int) {
        if let first, let last { Swift.print("\(first) to \(last)") }
        var table = Table([.right(""), .left(""), .left("")])
        table.add(.init(figures.lines), "lines", "")
        table.add(.init(figures.failures, .red), "failed attempts",
                  .init("\(figures.failuresForInvalidUsers) for users that do not exist; \(figures.repeated) in repeated-message lines", .dim))
        table.add(.init(figures.successes, .green), "successful attempts", "")
        table.add(.init(figures.addresses), "addresses that failed", .init("for \(figures.users) user names", .dim))
        if figures.unknown > 0 { table.add(.init(figures.unknown), "lines of others", .init("skipped", .dim)) }
        Swift.print(table.text(on: terminal))
        summary(report)
        if let replay = report.replay { print(replay, top: top) }
    }

    func summary(_ report: Importer.Report) {
        let again = report.duplicates > 0 ? ", \(report.duplicates) skipped that had been imported before" : ""
        Swift.print("\(report.recorded) events recorded\(again)")
    }

    func print(_ replay: ImportReplay, top: Int) {
        Swift.print("\n\(terminal.paint("What the policy would have decided", .bold))")
        var table = Table([.left("address"), .right("attempts"), .right("users"), .right("allow"), .right("step_up"),
                           .right("deny"), .left("first refused at")])
        for row in replay.rows.prefix(max(0, top)) {
            let refused = row.attemptsUntilDenied.map { "attempt \($0)" } ?? "never"
            table.add(.init(row.address?.description ?? "none"), .init(row.tally.total), .init(row.users.count),
                      .init(row.tally.allowed), .init(row.tally.steppedUp, .yellow), .init(row.tally.denied, .red),
                      .init(row.successes > 0 ? "\(refused); \(row.successes) succeeded" : refused))
        }
        let rest = replay.rows.dropFirst(max(0, top))
        if !rest.isEmpty { table.add(.init("and \(rest.count) more", .dim), .init(rest.reduce(0) { $0 + $1.tally.total }, .dim)) }
        table.add(.init("all", .bold), .init(replay.all.total), "", .init(replay.all.allowed),
                  .init(replay.all.steppedUp, .yellow), .init(replay.all.denied, .red), "")
        Swift.print(table.text(on: terminal))
    }
}

extension Table.Cell {
    init(_ number: some BinaryInteger, _ style: Terminal.Style) { self.init(String(number), style) }
}
