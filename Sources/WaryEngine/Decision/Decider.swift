import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Carries out one request after another against the policies in force and one history. It belongs to one thread: the
/// clerk's in a server, the caller's on the command line. What it records is durable after `commit()`.
public struct Decider {
    public private(set) var policies: PolicySet
    /// How often the policies have been exchanged.
    private(set) var generation = 0
    /// The folder's history; reading from it beside the decider is fine, on the same thread.
    public let history: History
    public var options: DeciderOptions
    /// In the order of `policies`.
    private var judges: [PolicyJudge]
    private var shadows: ShadowJudges
    private var validation: RequestValidation
    /// The first failure to read or write history since the last commit.
    private var fault: HistoryError?
    /// That of the batch committed last; nil where all went well.
    private(set) var lastFault: HistoryError?
    /// False where a failed commit may have taken with it what is kept of policies and data files.
    private var areTextsKept = false
    private var pin: (positions: String?, name: String)?

    /// Tells history what the policies need; that may read the whole journal.
    public init(policies: PolicySet, history: History, options: DeciderOptions = DeciderOptions()) throws(HistoryError) {
        try history.use(policies.aggregates)
        self.policies = policies
        self.history = history
        self.options = options
        judges = policies.policies.map { PolicyJudge($0, agents: options.agents) }
        shadows = ShadowJudges(policies.shadows, agents: options.agents)
        validation = RequestValidation(inputs: policies.inputs, ignoresUndeclaredInputs: options.ignoresUndeclaredInputs)
        try keepTexts()
    }

    /// Puts other policies in force, all or none.
    public mutating func use(_ policies: PolicySet) throws(HistoryError) {
        try history.use(policies.aggregates)
        self.policies = policies
        generation += 1
        judges = policies.policies.map { [options] in PolicyJudge($0, agents: options.agents) }
        shadows = ShadowJudges(policies.shadows, agents: options.agents)
        validation.inputs = policies.inputs
        try keepTexts()
    }

    /// Begins to fill what coming policies need of history beside what is kept; `history.fill` goes on with it and `use` ends it.
    func prepare(_ policies: PolicySet) throws(HistoryError) { try history.prepare(policies.aggregates) }

    /// A piece of history's upkeep, for between two batches.
    /// - Returns: the milliseconds for which nothing more is due.
    func tend(wall: Instant) -> Int64 { history.tend(at: options.clock == .live ? max(wall, history.clock) : history.clock) }

    /// History keeps each policy that decided, so that its decisions can be explained when its files have long changed.
    private mutating func keepTexts() throws(HistoryError) {
        for (label, bundle) in policies.bundles { try history.keepText(bundle.bytes, named: PolicyBundle.name(label)) }
        if !policies.bundles.isEmpty { try PolicyAudit.mark(policies, in: history) }
        areTextsKept = true
    }

    /// The name of what data files are in use; history keeps once what it stands for.
    private mutating func dataName() throws(HistoryError) -> String {
        if !areTextsKept { try keepTexts() }
        let positions = options.positions?.inventory
        if let pin, pin.positions == positions?.digest { return pin.name }
        let inventory = (positions ?? DataInventory([])).adding(options.agents.inventory)
        if !inventory.digest.isEmpty { try history.keepText(Array(inventory.text.utf8), named: DecisionReplay.dataName(inventory.digest)) }
        pin = (positions?.digest, inventory.digest)
        return inventory.digest
    }

    /// Puts other policies in force, and records which took the place of which.
    mutating func exchange(_ policies: PolicySet, wall: Instant) throws(HistoryError) {
        let before = self.policies
        let at = options.clock == .replay ? history.clock : max(wall, history.clock)
        var entries: [PolicyAudit.Entry] = []
        for new in policies.policies {
            guard let old = before.policy(for: new.event) else { continue }
            // Asked before it is marked as having been in force.
            if let kind = try PolicyAudit.kind(of: new, after: old, shadows: before.shadows, in: history) {
                entries.append(.init(at: at, kind: kind, policy: new.label, before: old.label))
            }
        }
        try use(policies)
        for entry in entries { try PolicyAudit.record(entry, in: history) }
    }

    /// Carries out a request that arrived when the wall clock showed `wall`.
    /// - Parameter whereabouts: where the request's address is, if that has been looked up already.
    public mutating func handle(_ request: EngineRequest, wall: Instant, whereabouts: Whereabouts? = nil) -> EngineReply {
        carryOut(request, wall: wall, whereabouts: whereabouts).reply
    }

    /// Makes what was recorded durable, as the history's options say. After an error nothing since the last commit is kept.
    public mutating func commit() throws(HistoryError) {
        lastFault = fault
        fault = nil
        guard history.hasUncommitted else { return }
        do throws(HistoryError) {
            try history.commit()
        } catch {
            areTextsKept = false
            pin = nil
            throw error
        }
    }

    /// A reply, and for a decision the floor it falls to should the commit fail.
    struct Result {
        var reply: EngineReply
        var floor: DegradedFloor?
        /// Whether it rests on a record that the next commit makes durable.
        var hasRecorded: Bool
        /// What a decision rests on; nil for what-ifs and all else.
        var judgement: ClerkJudgement?
    }

    mutating func carryOut(_ request: EngineRequest, wall: Instant, whereabouts: Whereabouts?) -> Result {
        do {
            switch request {
            case .ping:
                let names = policies.policies.map(\.label)
                return Result(reply: .pong(version: options.programVersion, policies: names), hasRecorded: false)
            case .decide(let request):
                return try decide(request, wall: wall, whereabouts: whereabouts)
            case .report(let request):
                try report(request, wall: wall)
            case .event(let request):
                try record(request, wall: wall, whereabouts: whereabouts)
            case .label(let request):
                try label(request, wall: wall)
            }
            return Result(reply: .ok, hasRecorded: true)
        } catch {
            return Result(reply: .failure(error), hasRecorded: false)
        }
    }

    // MARK: - Decisions

    private mutating func decide(_ request: DecideRequest, wall: Instant,
                                 whereabouts: Whereabouts?) throws(EngineFailure) -> Result {
        guard let index = policies.index(for: request.event) else { throw undecided(request.event) }
        try validation.check(request.fields)
        let client = try client(of: request)
        if !request.isWhatIf, !request.overrides.isEmpty {
            throw EngineFailure(.badRequest, "signals can be given only with \"what_if\"")
        }
        let now = try request.isWhatIf ? imagined(request.at, wall: wall) : instant(request.at, wall: wall)
        var fields = request.fields
        fields.ip = client.address
        fields.inputs = try validation.coerced(fields.inputs)
        let place = whereabouts ?? self.whereabouts(of: fields.ip)
        var result = evaluate(request, fields: fields, place: place, judge: index, now: now)
        if let source = client.source, case .decision(var answer) = result.reply {
            answer.clientIPSource = source
            result.reply = .decision(answer)
        }
        return result
    }

    /// The address that a request is judged by; none where the app stands behind proxies that nobody vouches for.
    private func client(of request: DecideRequest) throws(EngineFailure) -> (address: IPAddress?, source: ClientIPSource?) {
        switch (request.fields.ip, request.forwarded) {
        case (let ip?, nil): return (ip, nil)
        case (nil, let forwarded?):
            let client = ProxyTrust(proxies: options.trustedProxies).client(of: forwarded)
            return (client.address, client.source)
        case (_?, _?): throw EngineFailure(.badRequest, "\"ip\" and \"forwarded\" exclude each other: one of them says where the client is")
        case (nil, nil): throw EngineFailure(.badRequest, "\"ip\" is required, or \"forwarded\"")
        }
    }

    private mutating func evaluate(_ request: DecideRequest, fields: EventFields, place: Whereabouts, judge: Int,
                                   now: Instant) -> Result {
        let judged = judges[judge].judge(fields, place: place, history: history, now: now, overrides: request.overrides,
                                         wantsModel: request.explain == .full)
        fault = fault ?? judged.fault
        let policy = judges[judge].policy
        var answer = DecisionAnswer(judged.evaluation, of: policy, because: judges[judge].explain(request.explain),
                                    level: request.explain)
        if request.explain == .full { answer.model = judged.model }
        if request.isWhatIf {
            answer.shadows = shadows.whatIf(request, fields, place: place, history: history, now: now)
            return Result(reply: .decision(answer), hasRecorded: false)
        }

        let judgement = ClerkJudgement(policy: judge, evaluation: judged.evaluation)
        let floor = DegradedFloor(onError: policy.onError, noFactor: policy.noFactor, factors: fields.factors)
        var beside = shadows.answers(request.event, fields, place: place, history: history, now: now)
        if judges[judge].hasMonitors { beside.append(ShadowAnswer(policy.label, judged.evaluation, decisive: judges[judge].decisive())) }
        var summary = DecisionSummary(
            outcome: answer.outcome, score: answer.score, policy: policy.label, isDegraded: answer.isDegraded,
            firedRules: judged.evaluation.fired.map { policy.rules[$0].name }, factors: answer.factors,
            explanation: ShadowNote.bytes(beside))
        do throws(HistoryError) {
            summary.data = try dataName()
            let id = try history.recordDecision(
                DecidedEvent(kind: request.event, at: now, fields: judged.fields, decision: summary))
            answer.decisionID = id.description
            return Result(reply: .decision(answer), floor: floor, hasRecorded: true, judgement: judgement)
        } catch {
            fault = fault ?? error
            return Result(reply: .decision(floor.applied(to: answer)), hasRecorded: false, judgement: judgement)
        }
    }

    /// What the policy for an event would say of it at an instant, whatever its texts hold; records nothing. Nil where no
    /// policy is for it.
    public mutating func preview(_ event: EventKind, _ fields: EventFields, at now: Instant,
                                 explain: ExplanationLevel = .fired) -> DecisionAnswer? {
        guard let judge = policies.index(for: event) else { return nil }
        let judged = judges[judge].judge(fields, place: whereabouts(of: fields.ip), history: history, now: now)
        return DecisionAnswer(judged.evaluation, of: judges[judge].policy, because: judges[judge].explain(explain), level: explain)
    }

    /// Records an event of a log, which may lie before what is stored, with what the address and the user agent say.
    /// - Returns: false where its line had been imported before.
    mutating func record(_ event: ImportedEvent) throws(HistoryError) -> Bool {
        var event = event
        let place = whereabouts(of: event.fields.ip)
        let baseline = try history.baseline(of: event.fields.account)
        var context = SignalContext(event: event.fields, whereabouts: place, baseline: baseline, now: event.at, agents: options.agents)
        event.fields = context.event
        // How strange it was counts among the service's percentiles; of what lies in the past, the present knows too much.
        if event.kind == .login, event.at >= history.clock {
            context.evidence = try history.evidence(for: event.fields, baseline, at: event.at)
            event.fields.strangeness = context.unfamiliarity?.score
        }
        return try history.recordImported(event)
    }

    private func whereabouts(of ip: IPAddress?) -> Whereabouts {
        ip.flatMap { options.positions?.look(up: $0) } ?? Whereabouts.undatabased(ip)
    }

    private func undecided(_ event: EventKind) -> EngineFailure {
        let events = policies.events.map(\.rawValue)
        let shown = event.isWellFormed ? " \"\(event)\"" : ""
        var failure = EngineFailure(.badRequest, events.isEmpty
            ? "no policy is in force" : "no policy is for the event\(shown); decided are \(events.joined(separator: ", "))")
        failure.isUndecided = true
        return failure
    }

    // MARK: - What follows

    private func report(_ request: ReportRequest, wall: Instant) throws(EngineFailure) {
        let id = try decisionID(request.decisionID)
        let now = try instant(request.at, wall: wall)
        try recording { () throws(HistoryError) in
            try history.recordOutcome(OutcomeReport(decision: id, outcome: request.outcome, factor: request.factor,
                                                    attempt: request.attempt, at: now))
        }
    }

    private func label(_ request: LabelRequest, wall: Instant) throws(EngineFailure) {
        let id = try decisionID(request.decisionID)
        let now = try instant(request.at, wall: wall)
        try recording { () throws(HistoryError) in try history.recordLabel(id, request.label, at: now) }
    }

    private func record(_ request: EventRequest, wall: Instant, whereabouts: Whereabouts?) throws(EngineFailure) {
        guard request.kind.isWellFormed else {
            throw EngineFailure(.badRequest, "\"event\" is no event's name: names are like \"password.changed\"")
        }
        guard !request.kind.isReserved else {
            throw EngineFailure(.badRequest, "\"\(request.kind)\" is recorded by \"decide\" and \"report\" only")
        }
        try validation.check(request.fields)
        let now = try instant(request.at, wall: wall)
        var fields = request.fields
        fields.inputs = try validation.coerced(fields.inputs)
        if let ip = fields.ip {
            let place = whereabouts ?? self.whereabouts(of: ip)
            fields.position = place.position
            fields.network = place.network
        }
        try recording { () throws(HistoryError) in try history.recordEvent(request.kind, fields, at: now) }
    }

    private func decisionID(_ text: String) throws(EngineFailure) -> DecisionID {
        guard let id = DecisionID(text) else { throw EngineFailure(.notFound, "there is no decision with this id") }
        return id
    }

    private func recording(_ body: () throws(HistoryError) -> Void) throws(EngineFailure) {
        do {
            try body()
        } catch {
            throw EngineFailure(error)
        }
    }

    // MARK: - Time

    /// The instant of a what-if: any from the last event on, whatever the clock.
    private func imagined(_ at: Instant?, wall: Instant) throws(EngineFailure) -> Instant {
        guard let at else { return max(wall, history.clock) }
        guard at >= history.clock else {
            throw EngineFailure(.badRequest, "\"at\" is before the last event, at \(history.clock); "
                + "wary decide --what-if --data DIR --at looks back")
        }
        return at
    }

    /// The instant at which a request takes place. It never goes back behind what is recorded.
    private func instant(_ at: Instant?, wall: Instant) throws(EngineFailure) -> Instant {
        switch (options.clock, at) {
        case (.live, .some):
            throw EngineFailure(.badRequest, "\"at\" is accepted in replay mode only")
        case (.replay, nil):
            throw EngineFailure(.badRequest, "\"at\" is required in replay mode")
        case (.replay, let at?), (.offline, let at?):
            guard at >= history.clock else {
                throw EngineFailure(.badRequest, "\"at\" is before the last event, at \(history.clock)")
            }
            return at
        case (.live, nil), (.offline, nil):
            return max(wall, history.clock)
        }
    }
}

extension EngineFailure {
    /// How a caller is told that its request could not be recorded.
    init(_ error: HistoryError) {
        switch error {
        case .notFound:
            self.init(.notFound, "there is no decision with this id")
        case .conflict(let text):
            self.init(.conflict, text)
        case .invalid(let text):
            self.init(.badRequest, text)
        case .unreadable, .diskFull, .inUse, .networkFileSystem, .damaged, .tooNew, .tooOld, .wrongKey:
            self = .unwritten
        }
    }

    /// The operator reads the details in the log; the caller can do nothing but come back.
    static let unwritten = EngineFailure(.overloaded, "history cannot be written at the moment",
                                         retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds)
}
