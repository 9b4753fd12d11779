import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary

/// What policies would say of an attempt, now or at an instant of stored history. Nothing is recorded; several policies may be
/// for the same event, and each answers.
public struct WhatIf {
    private let policies: [CompiledPolicy]
    private var judges: [PolicyJudge]
    private let history: History
    private let options: DeciderOptions
    /// History as it stood at the instant that was asked about last.
    private var past: (at: Instant, history: History)?
    /// Whether the folder's own profiles keep what the policies need: only asked of when the present is meant.
    private var isPresentReady = false

    /// - Parameter history: only read; a server may go on writing to the folder.
    public init(policies: [CompiledPolicy], history: History, options: DeciderOptions) {
        self.policies = policies
        self.history = history
        self.options = options
        judges = policies.map { PolicyJudge($0, agents: options.agents) }
    }

    /// One reply for each policy that is for the event, in the order given; a single failure where the request is wrong.
    /// - Parameter wall: the present, where the request names no instant. It never lies before the last event.
    public mutating func answers(_ request: DecideRequest, wall: Instant) throws(HistoryError) -> [EngineReply] {
        let asked = judges.indices.filter { policies[$0].event == request.event }
        guard !asked.isEmpty else {
            let events = Set(policies.map(\.event.rawValue)).sorted().joined(separator: ", ")
            return [.failure(EngineFailure(.badRequest, "no policy given is for this event; they are for \(events)"))]
        }
        let now = request.at ?? max(wall, history.clock)
        let known = try known(at: request.at)
        var replies: [EngineReply] = []
        for index in asked {
            do throws(EngineFailure) {
                replies.append(.decision(try answer(request, index, known, now)))
            } catch {
                replies.append(.failure(error))
            }
        }
        return replies
    }

    private mutating func answer(_ request: DecideRequest, _ index: Int, _ known: History, _ now: Instant)
        throws(EngineFailure) -> DecisionAnswer {
        // Inputs are checked against all policies: one that only another declares is no slip of the pen.
        let inputs = Dictionary(policies.flatMap(\.inputs).map { ($0.name, $0.type) }) { first, _ in first }
        let own = Dictionary(policies[index].inputs.map { ($0.name, $0.type) }) { first, _ in first }
        let validation = RequestValidation(inputs: inputs.merging(own) { $1 }, ignoresUndeclaredInputs: options.ignoresUndeclaredInputs)
        try validation.check(request.fields)
        guard request.fields.ip != nil else { throw EngineFailure(.badRequest, "\"ip\" is required") }
        var fields = request.fields
        fields.inputs = try validation.coerced(fields.inputs)
        let place = fields.ip.flatMap { options.positions?.look(up: $0, at: now) } ?? Whereabouts.undatabased(fields.ip)
        let judged = judges[index].judge(fields, place: place, history: known, now: now, overrides: request.overrides,
                                         wantsModel: request.explain == .full)
        var answer = DecisionAnswer(judged.evaluation, of: policies[index], because: judges[index].explain(request.explain),
                                    level: request.explain)
        if request.explain == .full { answer.model = judged.model }
        return answer
    }

    private mutating func known(at instant: Instant?) throws(HistoryError) -> History {
        guard let instant else {
            if !isPresentReady { try history.use(Array(Set(policies.flatMap(\.aggregates)))) }
            isPresentReady = true
            return history
        }
        if let past, past.at == instant { return past.history }
        let replay = HistoryReplay(history, aggregates: policies.flatMap(\.aggregates))
        try replay.run(until: instant)
        past = (instant, replay.past)
        return replay.past
    }
}
