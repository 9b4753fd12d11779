import ArgumentParser
import WaryEngine
import WaryHistory
import WaryServer

/// `wary journal`: looks after the journal itself.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Looks at the journal: how much it holds, whether it is sound, what is in it.",
        discussion: """
            Examples:
              wary journal stat --data data
              wary journal verify --data data
              wary journal dump --data data --from 1000
              wary journal salvage saved --data data
            """,
        subcommands: [Stat.self, Verify.self, Dump.self, Salvage.self, LogCommand.self])

    struct Stat: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stat", abstract: "Says how much a data folder holds.",
            discussion: "May run beside a server that has the folder.\nExample:\n  wary journal stat --data data")

        @OptionGroup var data: DataOptions

        @Option(name: .long, help: "human or json.")
        var format = OutputFormat.human

        func run() throws {
            let history = try data.open(readOnly: true)
            defer { history.close() }
            let facts: JournalStatistics
            do throws(HistoryError) { facts = try history.statistics() } catch { throw CommandFailure(error.description) }
            let rows: [(label: String, name: String, value: Int)] = [
                ("first event held", "first", Int(facts.first)), ("last event", "last", Int(facts.last)),
                ("journal, bytes", "journal_bytes", facts.journalBytes), ("profiles", "profiles", facts.storedProfiles),
                ("profiles, bytes", "profile_bytes", facts.profileBytes), ("profiles up to event", "checkpoint", Int(facts.checkpoint)),
            ]
            switch format {
            case .human:
                var table = Table([.left(""), .right("")])
                for row in rows { table.add(.init(row.label), .init(row.value)) }
                table.add("last event's instant", .init("\(facts.clock)"))
                print(table.text())
            case .json:
                printJSON { writer in
                    writer.object { writer in
                        for row in rows { writer.member(row.name, row.value) }
                        writer.member("clock", "\(facts.clock)")
                    }
                }
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Checks every event's seal, place and leaf of the log; names what was edited, removed or moved.",
            discussion: """
                Checkpoints are signed as events come and kept with the journal; one kept elsewhere finds out even whoever could
                put back the whole folder. Exit 1 where something is found.
                Examples:
                  wary journal verify --data data
                  wary journal verify --data data --checkpoint audit-2026-11-01/checkpoint
                """)

        @OptionGroup var data: DataOptions

        @Option(name: .long, help: ArgumentHelp("An earlier checkpoint, as wary journal log wrote it; may be given again.", valueName: "file"))
        var checkpoint: [String] = []

        @Option(name: .long, help: "human or json.")
        var format = OutputFormat.human

        func run() throws {
            let notes = try checkpoint.map { path in
                guard let note = try? String(contentsOfFile: path, encoding: .utf8) else { throw CommandFailure("\(path) cannot be read") }
                return note
            }
            let history = try data.open(readOnly: true)
            defer { history.close() }
            let report: VerificationReport
            do throws(HistoryError) {
                var bar = Progress("verifying", total: Int(try history.statistics().last))
                report = try history.verify(against: notes) { bar.update(Int($0)) }
                bar.finish()
            } catch { throw CommandFailure(error.description) }
            switch format {
            case .human:
                for finding in report.findings { print("event \(finding.sequence): \(finding.text)") }
                let parts = [(report.erased, "of them erased"), (report.expired, "of them past their retention"), (report.lost, "lost earlier"),
                             (report.checkpoints, "checkpoints")].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }.joined()
                print("\(report.records) events\(parts): \(report.isSound ? "sound" : "\(report.findings.count) findings")")
            case .json:
                printJSON { writer in
                    writer.object { writer in
                        writer.member("events", report.records)
                        writer.member("erased", report.erased)
                        writer.member("expired", report.expired)
                        writer.member("lost", report.lost)
                        writer.member("checkpoints", report.checkpoints)
                        writer.member("sound", report.isSound)
                        writer.key("findings")
                        writer.array(report.findings) { finding, writer in
                            writer.object { writer in
                                writer.member("event", Int(finding.sequence))
                                writer.member("finding", finding.text)
                            }
                        }
                    }
                }
            }
            if !report.isSound { throw Exit.findings }
        }
    }

    struct Dump: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dump", abstract: "Prints the events, one JSON object a line.",
            discussion: "Without --fields nothing that identifies anyone is shown.\nExample:\n  wary journal dump --data data --from 1000 --fields")

        @OptionGroup var data: DataOptions

        @Option(name: .long, help: "The first event to print.")
        var from: UInt64 = 1

        @Option(name: .long, help: "How many at most.")
        var limit = Int.max

        @Flag(name: .long, help: "With what identifies: account, address, device, inputs.")
        var fields = false

        func run() throws {
            let history = try data.open(readOnly: true)
            defer { history.close() }
            var left = limit
            do throws(HistoryError) {
                try history.dump(from: from, withFields: fields) { line in
                    guard left > 0 else { return false }
                    left -= 1
                    print(line)
                    return true
                }
            } catch { throw CommandFailure(error.description) }
        }
    }

    struct Salvage: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "salvage", abstract: "Writes what is good of a damaged journal into a new data folder.",
            discussion: """
                Every event whose seal holds is kept, whatever state the file is in; the damaged folder stays as it is.
                Example:
                  wary journal salvage saved --data data
                """)

        @Argument(help: ArgumentHelp("The new folder.", valueName: "dir"))
        var target: String

        @OptionGroup var data: DataOptions

        func run() throws {
            let found = try data.located()
            do throws(HistoryError) {
                let report = try History.salvage(found.directory, to: target, key: found.key)
                print("\(report.records) events saved into \(target), the last of them \(report.last); \(report.lost) before it are lost")
            } catch { throw CommandFailure(error.description) }
        }
    }
}
