import Glibc
import WaryHistory
import WaryVocabulary

/// The models that can be compared.
public enum ModelKind: String, Sendable, CaseIterable {
    case hpy, freeman
}

/// One attempt as a model saw it at the time, before it learnt of it.
public struct ScoredAttempt: Sendable {
    /// The decision's id; nil for imported events.
    public var decision: DecisionID?
    public var account: String
    public var at: Instant
    /// Greater is stranger.
    public var score: Double
    /// Good sign-ins the account had before.
    public var signInsBefore: Int
    /// Whether it ended as a good sign-in.
    public internal(set) var isGood: Bool
}

/// Plays a history's attempts through a model point in time: each is scored by what came before it and nothing else.
public struct ModelReplay {
    private let kind: ModelKind
    private let agents: AgentReader
    /// The same events again, growing with the replay.
    private let shadow = History.inMemory()
    private var freeman = FreemanModel()
    /// By their place in the journal.
    private var decisions: [UInt64: (shadow: DecisionID, fields: EventFields, attempt: Int?)] = [:]
    /// Attempts on accounts with a past, in order; the models say nothing of others.
    public private(set) var attempts: [ScoredAttempt] = []

    /// - Parameter agents: reads the user agents that history has not.
    public init(_ kind: ModelKind, agents: AgentReader = .builtIn) {
        self.kind = kind
        self.agents = agents
    }

    /// Takes in the next record of the journal.
    public mutating func add(_ entry: HistoryEntry) throws(HistoryError) {
        switch entry.what {
        case .decision(let id, let event):
            var event = event
            let attempt = event.kind == .login ? try score(&event.fields, at: event.at, id) : nil
            decisions[entry.sequence] = (try shadow.recordDecision(event), event.fields, attempt)
        case .outcome(let outcome, let factor, let number, let sequence):
            guard let known = decisions[sequence] else { return }
            let report = OutcomeReport(decision: known.shadow, outcome: outcome, factor: factor, attempt: number, at: entry.at)
            try learn(known.fields, known.attempt) { (shadow: History) throws(HistoryError) in try shadow.recordOutcome(report) }
        case .label(let label, let sequence):
            if let known = decisions[sequence] { try shadow.recordLabel(known.shadow, label, at: entry.at) }
        case .event(let kind):
            try shadow.recordEvent(kind, entry.fields, at: entry.at)
        case .imported(let kind, let decision, let outcome, let label):
            try add(ImportedEvent(kind: kind, at: entry.at, fields: entry.fields, decision: decision, outcome: outcome, label: label))
        }
        if entry.sequence % 4096 == 0 { try shadow.commit() }
    }

    /// Takes in an attempt that comes with its end: from a log, or a simulation.
    public mutating func add(_ event: ImportedEvent) throws(HistoryError) {
        var event = event
        let attempt = event.kind == .login ? try score(&event.fields, at: event.at, nil) : nil
        try learn(event.fields, attempt) { [event] (shadow: History) throws(HistoryError) in _ = try shadow.recordImported(event) }
    }

    /// Records something, and where that was a good sign-in, says so of the attempt and to the other model.
    private mutating func learn(_ fields: EventFields, _ attempt: Int?,
                                _ record: (History) throws(HistoryError) -> Void) throws(HistoryError) {
        let before = try shadow.baseline(of: fields.account).signIns
        try record(shadow)
        guard try shadow.baseline(of: fields.account).signIns > before else { return }
        freeman.learn(fields)
        if let attempt { attempts[attempt].isGood = true }
    }

    /// Scores an attempt, and keeps the score with it as a decision would have.
    /// - Returns: its index among the attempts, or nil where the account has no past.
    private mutating func score(_ fields: inout EventFields, at: Instant, _ id: DecisionID?) throws(HistoryError) -> Int? {
        let baseline = try shadow.baseline(of: fields.account)
        var score: Double?
        switch kind {
        case .hpy:
            var context = SignalContext(event: fields, whereabouts: Whereabouts(), baseline: baseline, now: at, agents: agents)
            fields = context.event
            context.evidence = try shadow.evidence(for: fields, baseline, at: at)
            score = context.unfamiliarity?.score
            fields.strangeness = score
        case .freeman:
            if fields.agentFacts == nil { fields.agentFacts = fields.agent.map(agents.facts) }
            score = freeman.score(fields).map { log($0) }
        }
        guard baseline.signIns > 0, let score else { return nil }
        attempts.append(ScoredAttempt(decision: id, account: fields.account, at: at, score: score,
                                      signInsBefore: baseline.signIns, isGood: false))
        return attempts.count - 1
    }
}
