import WaryEngine
import WaryServer

/// What a policy said during an import, for programs.
enum ImportJSON {
    static func write(_ replay: ImportReplay, _ writer: inout JSONWriter) {
        writer.key("decisions")
        writer.object { tally(replay.all, &$0) }
        writer.key("decisions_on_successes")
        writer.object { tally(replay.successes, &$0) }
        writer.key("addresses_decided")
        writer.array(replay.rows) { row, writer in
            writer.object { writer in
                writer.member("address", row.address?.description ?? "")
                writer.member("attempts", row.tally.total)
                writer.member("users", row.users.count)
                tally(row.tally, &writer)
                if let attempts = row.attemptsUntilDenied { writer.member("denied_at_attempt", attempts) }
            }
        }
    }

    private static func tally(_ tally: ImportReplay.Tally, _ writer: inout JSONWriter) {
        writer.member("allow", tally.allowed)
        writer.member("step_up", tally.steppedUp)
        writer.member("deny", tally.denied)
    }
}
