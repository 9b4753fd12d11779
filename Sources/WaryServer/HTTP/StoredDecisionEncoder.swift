import WaryEngine
import WaryHistory
import WaryVocabulary

/// Writes a decision as history holds it: what was sent, what was decided, what became of it, and why.
enum StoredDecisionEncoder {
    /// What is known of a decision's reasons.
    enum Reasons {
        case found(PastDecision)
        /// Why it cannot be explained.
        case missing(String)
    }

    static func json(_ stored: StoredDecision, _ reasons: Reasons) -> [UInt8] {
        let event = stored.event, decision = stored.event.decision
        var writer = JSONWriter(capacity: 1024)
        writer.openObject()
        text("decision_id", stored.id.description, &writer)
        text("at", event.at.description, &writer)
        text("event", event.kind.rawValue, &writer)
        text("decision", decision.outcome.rawValue, &writer)
        if decision.outcome == .stepUp { list("factors", decision.factors.map(\.rawValue), &writer) }
        writer.key("score")
        writer.integer(decision.score)
        list("fired", decision.firedRules, &writer)
        text("policy", decision.policy, &writer)
        writer.key("degraded")
        writer.bool(decision.isDegraded)
        text("outcome", stored.outcome?.rawValue, &writer)
        text("factor", stored.factor?.rawValue, &writer)
        if stored.failedChallenges > 0 {
            writer.key("failed_challenges")
            writer.integer(stored.failedChallenges)
        }
        text("label", stored.label?.rawValue, &writer)
        writer.key("request")
        request(event.fields, &writer)
        switch reasons {
        case .found(let past): explanation(past, &writer)
        case .missing(let why): text("explanation_missing", why, &writer)
        }
        writer.closeObject()
        writer.newline()
        return writer.bytes
    }

    /// As `wary explain` gives it; `agrees` is false where judging it again comes out otherwise.
    private static func explanation(_ past: PastDecision, _ writer: inout JSONWriter) {
        writer.key("explanation")
        writer.openObject()
        writer.key("agrees")
        writer.bool(past.agrees)
        text("decision", past.evaluation.outcome.rawValue, &writer)
        writer.key("score")
        writer.integer(past.evaluation.score)
        var encoder = ExplanationEncoder(limit: nil)
        encoder.write(past.explanation, level: .full, to: &writer)
        writer.closeObject()
    }

    private static func request(_ fields: EventFields, _ writer: inout JSONWriter) {
        writer.openObject()
        text("account", fields.account, &writer)
        text("ip", fields.ip?.description, &writer)
        text("device", fields.device, &writer)
        text("user_agent", fields.agent, &writer)
        text("credential", fields.credential.rawValue, &writer)
        if let breached = fields.credentialBreached {
            writer.key("credential_breached")
            writer.bool(breached)
        }
        text("tenant", fields.tenant, &writer)
        text("app", fields.app, &writer)
        text("channel", fields.channel, &writer)
        text("method", fields.method, &writer)
        if let factors = fields.factors { list("factors", factors.factors.map(\.rawValue), &writer) }
        if !fields.inputs.isEmpty {
            writer.key("inputs")
            writer.openObject()
            for (name, datum) in fields.inputs.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                value(datum, &writer)
            }
            writer.closeObject()
        }
        writer.closeObject()
    }

    private static func value(_ datum: Datum, _ writer: inout JSONWriter) {
        switch datum {
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.integer(Int(value))
        case .decimal(let value): writer.decimal(value)
        case .text(let value): writer.text(value)
        case .duration(let milliseconds): writer.integer(Int(milliseconds))
        case .distance(let metres): writer.decimal(metres)
        case .speed(let metresPerSecond): writer.decimal(metresPerSecond)
        case .instant(let instant): writer.text(instant.description)
        case .timeOfDay(let minutes): writer.integer(minutes)
        case .weekday(let weekday): writer.text("\(weekday)")
        case .ip(let address): writer.text(address.description)
        case .network(let network): writer.text(network.description)
        case .asn(let number): writer.integer(Int(number))
        case .country(let country): writer.text(country.description)
        case .factor(let factor): writer.text(factor.rawValue)
        case .point(let point): writer.text("\(point)")
        case .set(let elements):
            writer.openArray()
            for element in elements { value(element, &writer) }
            writer.closeArray()
        }
    }

    private static func text(_ name: StaticString, _ value: String?, _ writer: inout JSONWriter) {
        guard let value else { return }
        writer.key(name)
        writer.text(value)
    }

    private static func list(_ name: StaticString, _ texts: [String], _ writer: inout JSONWriter) {
        writer.key(name)
        writer.openArray()
        for text in texts { writer.text(text) }
        writer.closeArray()
    }
}
