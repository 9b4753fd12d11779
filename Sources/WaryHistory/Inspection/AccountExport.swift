import WaryVocabulary

extension TimelineEntry {
    /// As `wary export` and `wary history --format json` give it.
    public var json: String { object.text }

    var object: JSONText {
        switch content {
        case .decision(let decision): Self.object(decision, at: at)
        case .outcome(let id, let outcome, let factor):
            .object([("type", .text("outcome")), ("at", .text("\(at)")), ("decision_id", .text("\(id)")),
                     ("outcome", .text(outcome.rawValue)), ("factor", factor.map { .text($0.rawValue) })])
        case .label(let id, let label):
            .object([("type", .text("label")), ("at", .text("\(at)")), ("decision_id", .text("\(id)")), ("label", .text(label.rawValue))])
        case .event(let kind, let fields):
            .object([("type", .text("event")), ("at", .text("\(at)")), ("event", .text("\(kind)"))] + JSONText.members(fields)
                + [("whereabouts", JSONText.whereabouts(fields))])
        case .imported(let kind, let fields, let outcome):
            .object([("type", .text("imported")), ("at", .text("\(at)")), ("event", .text("\(kind)"))] + JSONText.members(fields)
                + [("outcome", outcome.map { .text($0.rawValue) }), ("whereabouts", JSONText.whereabouts(fields))])
        }
    }

    private static func object(_ stored: StoredDecision, at: Instant) -> JSONText {
        let decision = stored.event.decision
        return .object(
            [("type", .text("decision")), ("at", .text("\(at)")), ("decision_id", .text("\(stored.id)")),
             ("event", .text("\(stored.event.kind)"))]
                + JSONText.members(stored.event.fields)
                + [("whereabouts", JSONText.whereabouts(stored.event.fields)),
                   ("decision", .text(decision.outcome.rawValue)), ("score", JSONText.integer(decision.score)),
                   ("rules", .list(decision.firedRules.map { .text($0) })),
                   ("factors_permitted", decision.factors.isEmpty ? nil : .list(decision.factors.map { .text($0.rawValue) })),
                   ("policy", .text(decision.policy)), ("degraded", .flag(decision.isDegraded)),
                   ("explanation", decision.explanation.isEmpty ? nil : .text(String(decoding: decision.explanation, as: UTF8.self))),
                   ("outcome", stored.outcome.map { .text($0.rawValue) }), ("factor", stored.factor.map { .text($0.rawValue) }),
                   ("failed_challenges", stored.failedChallenges == 0 ? nil : JSONText.integer(stored.failedChallenges)),
                   ("label", stored.label.map { .text($0.rawValue) })])
    }
}

extension History {
    /// Everything held about one account as a JSON object: `account`, `events` (oldest first, as sent, with decision,
    /// outcome and label), `baselines`. Nil where nothing is held.
    public func export(account: String) throws(HistoryError) -> String? {
        let entries = try timeline(of: account)
        guard !entries.isEmpty else { return nil }
        return Self.export(account: account, entries, try baseline(of: account))
    }

    /// The same from parts that were read one after the other: what `timeline` gave, newest first.
    public static func export(account: String, _ entries: [TimelineEntry], _ baseline: AccountBaseline) -> String {
        JSONText.object([("account", .text(account)), ("events", .list(entries.reversed().map(\.object))),
                         ("baselines", object(baseline))]).text
    }

    /// Addresses, devices and agents stand in baselines as keyed hashes; in the clear they are in the events.
    private static func object(_ baseline: AccountBaseline) -> JSONText {
        func instant(_ value: Instant?) -> JSONText? { value.map { .text("\($0)") } }
        func tag(_ value: UInt64) -> JSONText { .text(String(value, radix: 16)) }
        let recent = baseline.recent.map { signIn in
            JSONText.object([("at", instant(signIn.at)), ("address", signIn.hostTag.map(tag)), ("subnet", signIn.subnetTag.map(tag)),
                             ("asn", signIn.asn.map(JSONText.integer)), ("country", signIn.country.map { .text("\($0)") }),
                             ("point", signIn.point.map { .list([.decimal($0.latitude), .decimal($0.longitude)]) }),
                             ("accuracy_m", signIn.accuracy.map(JSONText.decimal)), ("anonymous", signIn.anonymous.map(JSONText.flag))])
        }
        let known = baseline.known.map { value in
            JSONText.object([("kind", .text(value.kind.rawValue)), ("value", tag(value.tag)), ("first", instant(value.first)),
                             ("last", instant(value.last))])
        }
        return .object([("sign_ins", .integer(baseline.signIns)), ("first_sign_in", instant(baseline.firstSignIn)),
                        ("last_sign_in", instant(baseline.lastSignIn)), ("recent", .list(recent)), ("known", .list(known))])
    }
}
