import ArgumentParser
import Foundation
import WaryEngine
import WaryServer
import WaryVocabulary

/// `wary import sshd`: the log of an OpenSSH server.
struct ImportSSHDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sshd",
        abstract: "Imports the log of an OpenSSH server: syslog lines, as in /var/log/auth.log.",
        discussion: """
            Every "Failed" (but "Failed none") and "Accepted" line is an attempt; "message repeated N times" stands for N more.
            Lines without a year are of the latest year in which the log does not end after the file was written.
            Example:
              wary import sshd /var/log/auth.log --data data --policy Policies/ssh.wary
            """)

    @Argument(help: ArgumentHelp("The log; - reads the standard input.", valueName: "file"))
    var file: String

    @OptionGroup var options: ImportOptions

    @Option(name: .long, help: "The year of the first line.")
    var year: Int?

    @Option(name: .long, help: ArgumentHelp(
        "The time zone of lines that name none, such as Europe/Paris; the machine's where not given.", valueName: "name"))
    var timezone: String?

    @Option(name: .long, help: "How many addresses the table of decisions shows.")
    var top = 15

    func validate() throws {
        if let year, !(1970...9999).contains(year) { throw ValidationError("--year should be between 1970 and 9999") }
        if let timezone, TimeZone(identifier: timezone) == nil {
            throw ValidationError("--timezone: there is no time zone \"\(timezone)\"; names are like Europe/Paris")
        }
    }

    func run() throws {
        let lines = try LineReader(path: file)
        var reader = SSHLogReader()
        while let line = try lines.next() { reader.read(line) }
        let calendar = SSHLogReader.Calendar(
            year: year.map(Int64.init), notAfter: lines.modified ?? WallClock.now(),
            timeZone: timezone.flatMap(TimeZone.init(identifier:)) ?? .current)
        let events = reader.events(calendar)
        let report = try options.run(events)
        switch options.format {
        case .human: ImportText(terminal: .output).print(reader.figures, report, first: events.first?.at, last: events.last?.at, top: top)
        case .json: printJSON { write(reader.figures, report, &$0) }
        }
    }

    private func write(_ figures: SSHLogReader.Figures, _ report: Importer.Report, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("lines", figures.lines)
            writer.member("failures", figures.failures)
            writer.member("failures_for_invalid_users", figures.failuresForInvalidUsers)
            writer.member("successes", figures.successes)
            writer.member("repeated", figures.repeated)
            writer.member("addresses", figures.addresses)
            writer.member("users", figures.users)
            writer.member("notices", figures.notices)
            writer.member("unknown", figures.unknown)
            writer.member("recorded", report.recorded)
            writer.member("duplicates", report.duplicates)
            if let replay = report.replay { ImportJSON.write(replay, &writer) }
        }
    }
}
