import WaryEngine
import WaryHistory
import WaryServer
import WaryVocabulary

/// A timeline for programs: one array of events.
enum HistoryJSON {
    static func print(_ timeline: Timeline) {
        printJSON { writer in
            writer.object { writer in
                writer.member("total", timeline.total)
                writer.key("events")
                writer.array(timeline.rows) { row, writer in writer.object { write(row, &$0) } }
            }
        }
    }

    private static func write(_ row: Timeline.Row, _ writer: inout JSONWriter) {
        let entry = row.entry, fields = entry.fields
        writer.member("at", entry.at.description)
        switch entry.what {
        case .decision(let id, let event):
            writer.member("event", event.kind.rawValue)
            writer.member("decision_id", id.description)
            writer.member("decision", event.decision.outcome.rawValue)
            writer.member("score", event.decision.score)
            writer.member("rules", event.decision.firedRules)
            writer.member("policy", event.decision.policy)
            writer.member("degraded", event.decision.isDegraded)
        case .event(let event):
            writer.member("event", event.rawValue)
        case .imported(let event, let decision, _, _):
            writer.member("event", event.rawValue)
            writer.member("imported", true)
            if let decision { writer.member("decision", decision.rawValue) }
        case .outcome, .label:
            break
        }
        if let outcome = row.end.outcome { writer.member("outcome", outcome.rawValue) }
        if let label = row.end.label { writer.member("label", label.rawValue) }
        writer.member("account", fields.account)
        if let ip = fields.ip { writer.member("ip", ip.description) }
        if let device = fields.device { writer.member("device", device) }
        if let agent = fields.agent { writer.member("user_agent", agent) }
        if let country = fields.position.country { writer.member("country", country.description) }
        if let city = fields.position.city { writer.member("city", city) }
        if let method = fields.method { writer.member("method", method) }
    }
}
