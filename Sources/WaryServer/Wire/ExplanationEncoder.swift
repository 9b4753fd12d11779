import WaryLanguage

/// Writes an explanation's members into an answer that is open, most important first, and stops where they would reach
/// past a limit.
public struct ExplanationEncoder {
    /// The writer's length that must not be passed; nil for none.
    let limit: Int?
    public private(set) var isTruncated = false

    public init(limit: Int?) { self.limit = limit }

    public mutating func write(_ explanation: Explanation, level: ExplanationLevel, to writer: inout JSONWriter) {
        if level != .none {
            writer.key("reasons")
            array(explanation.reasons, &writer, Self.reason)
            writer.key("unknown")
            array(explanation.unknown, &writer, Self.unknown)
        }
        if !explanation.monitored.isEmpty {
            writer.key("monitored")
            array(explanation.monitored, &writer, Self.reason)
        }
        if level == .full {
            counterfactual("milder", explanation.milder, &writer)
            counterfactual("stricter", explanation.stricter, &writer)
            margin(explanation, &writer)
        }
        if let rules = explanation.rules {
            writer.key("rules")
            array(rules, &writer, Self.rule)
        }
    }

    /// Writes a list, as many of its elements as fit.
    private mutating func array<Element>(_ elements: [Element], _ writer: inout JSONWriter,
                                         _ write: (Element, inout JSONWriter) -> Void) {
        writer.openArray()
        for element in elements where !isTruncated {
            let before = writer.mark
            write(element, &writer)
            if let limit, writer.bytes.count > limit {
                writer.rewind(to: before)
                isTruncated = true
            }
        }
        writer.closeArray()
    }

    private mutating func counterfactual(_ name: StaticString, _ change: Counterfactual?, _ writer: inout JSONWriter) {
        guard let change, !isTruncated else { return }
        let before = writer.mark
        writer.key(name)
        writer.openObject()
        writer.key("decision")
        writer.text(change.outcome)
        writer.key("changes")
        writer.openArray()
        for change in change.changes {
            writer.openObject()
            writer.key("rule")
            writer.text(change.rule)
            writer.key("fires")
            writer.bool(change.fires)
            writer.closeObject()
        }
        writer.closeArray()
        writer.closeObject()
        if let limit, writer.bytes.count > limit {
            writer.rewind(to: before)
            isTruncated = true
        }
    }

    /// `"margin":{"milder":-11,"stricter":40}`; a side that no score reaches is left out.
    private mutating func margin(_ explanation: Explanation, _ writer: inout JSONWriter) {
        guard !isTruncated, explanation.marginToMilder != nil || explanation.marginToStricter != nil else { return }
        let before = writer.mark
        writer.key("margin")
        writer.openObject()
        if let points = explanation.marginToMilder {
            writer.key("milder")
            writer.integer(points)
        }
        if let points = explanation.marginToStricter {
            writer.key("stricter")
            writer.integer(points)
        }
        writer.closeObject()
        if let limit, writer.bytes.count > limit {
            writer.rewind(to: before)
            isTruncated = true
        }
    }

    private static func reason(_ reason: Reason, _ writer: inout JSONWriter) {
        writer.openObject()
        writer.key("rule")
        writer.text(reason.rule)
        writer.key("text")
        writer.text(reason.text)
        if let score = reason.score {
            writer.key("score")
            writer.integer(score)
        }
        writer.key("because")
        named(reason.because, &writer)
        writer.closeObject()
    }

    private static func unknown(_ rule: UnknownRule, _ writer: inout JSONWriter) {
        writer.openObject()
        writer.key("rule")
        writer.text(rule.rule)
        if let score = rule.score {
            writer.key("score")
            writer.integer(score)
        }
        writer.key("missing")
        named(rule.missing, &writer)
        writer.closeObject()
    }

    private static func rule(_ rule: RuleExplanation, _ writer: inout JSONWriter) {
        writer.openObject()
        writer.key("rule")
        writer.text(rule.rule)
        writer.key("text")
        writer.text(rule.text)
        writer.key("state")
        writer.text(rule.state.rawValue)
        writer.key("contribution")
        writer.integer(rule.contribution)
        writer.key("values")
        writer.openArray()
        for observation in rule.observations { value(observation, &writer) }
        writer.closeArray()
        if !rule.effects.isEmpty {
            writer.key("effects")
            writer.openArray()
            for effect in rule.effects { writer.text(effect) }
            writer.closeArray()
        }
        writer.closeObject()
    }

    private static func value(_ observation: RuleExplanation.Observation, _ writer: inout JSONWriter) {
        writer.openObject()
        writer.key("name")
        writer.text(observation.name)
        // A value that is known stands as text; one that is not, as its code.
        if observation.isKnown { writer.key("value") } else { writer.key("missing") }
        writer.text(observation.value)
        if let threshold = observation.threshold {
            writer.key("threshold")
            writer.text(threshold)
        }
        if let holds = observation.holds {
            writer.key("holds")
            writer.bool(holds)
        }
        writer.closeObject()
    }

    private static func named(_ texts: [NamedText], _ writer: inout JSONWriter) {
        writer.openObject()
        for text in texts {
            writer.key(text.name)
            writer.text(text.text)
        }
        writer.closeObject()
    }
}
