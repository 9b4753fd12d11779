import WaryHistory

/// The clerk's day: a batch, a commit, the answers.
struct ClerkLoop {
    private let queue: RequestQueue<ClerkItem>
    var decider: Decider
    private let batchCapacity: Int
    private let queueCapacity: Int
    let health: ClerkHealth
    var warming: Warming?
    private var observer: (any ClerkObserver)?
    /// The decider's generation that the observer knows.
    private var observedGeneration = 0

    private struct Pending {
        var result: Decider.Result
        var arrived: ContinuousClock.Instant
        var reply: @Sendable (EngineReply) -> Void
    }

    init(queue: RequestQueue<ClerkItem>, decider: Decider, options: ClerkOptions, health: ClerkHealth) {
        self.queue = queue
        self.decider = decider
        batchCapacity = options.batchCapacity
        queueCapacity = options.queueCapacity
        self.health = health
        observer = options.makeObserver?()
        observer?.use(decider.policies)
        observedGeneration = decider.generation
    }

    /// Returns when the queue is closed and empty.
    mutating func run() {
        while true {
            switch queue.take(atMost: batchCapacity, within: patience()) {
            case .items(let items): carryOut(items)
            case .nothing: _ = commit()
            case .closed: return end(.stopped)
            }
        }
    }

    /// How long to wait for requests; nil: until there are some.
    private mutating func patience() -> Int64? {
        let rest = tend()
        // With interval durability the last events of a burst reach the disk though nothing follows them.
        let unsynced = decider.history.hasUncommitted ? decider.history.syncInterval ?? 0 : .max
        return min(rest, unsynced) == .max ? nil : min(rest, unsynced)
    }

    private struct Handed {
        var request: EngineRequest
        var ticket: DriverTicket
        var arrived: ContinuousClock.Instant
    }

    /// Serves a driver beside the queue. Returns when the queue is closed and empty and the driver has finished.
    mutating func run(_ driver: any ClerkDriver) {
        var handed: [Handed] = []
        while true {
            let taken = queue.takeNow(atMost: batchCapacity)
            if case .closed = taken, handed.isEmpty, driver.isFinished { return end(.stopped) }
            var isIdle = handed.isEmpty
            if case .items = taken { isIdle = false }
            let patience = patience()
            driver.collect(milliseconds: isIdle ? patience.map { Int32(clamping: $0) } ?? -1 : 0) {
                handed.append(Handed(request: $0, ticket: $1, arrived: $2))
            }
            if case .items(let items) = taken { carryOut(items) }
            if handed.isEmpty {
                if isIdle { _ = commit() }
            } else {
                carryOut(&handed, driver)
            }
        }
    }

    /// Carries out what the driver handed out: at most as much as may wait, the rest is told to come back.
    private mutating func carryOut(_ handed: inout [Handed], _ driver: any ClerkDriver) {
        let served = handed.prefix(queueCapacity)
        var results: [Decider.Result] = []
        results.reserveCapacity(served.count)
        let begun = ContinuousClock.now
        let wall = WallClock.now()
        for item in served {
            let result = decider.carryOut(item.request, wall: wall, whereabouts: nil)
            observer?.note(item.request, result.reply, result.judgement)
            results.append(result)
        }
        let carriedOut = ContinuousClock.now
        let failure = commit()
        let now = ContinuousClock.now
        tell(begun, carriedOut, now, failure) { served.map(\.arrived) }
        for (item, result) in zip(served, results) {
            driver.answer(item.ticket, Self.final(result, arrived: item.arrived, failure: failure, now: now))
        }
        for item in handed.dropFirst(queueCapacity) { driver.answer(item.ticket, .failure(.tooMany)) }
        handed.removeAll(keepingCapacity: true)
        driver.flush { handed.append(Handed(request: $0, ticket: $1, arrived: $2)) }
    }

    private mutating func carryOut(_ items: [ClerkItem]) {
        var pending: [Pending] = []
        pending.reserveCapacity(items.count)
        let begun = ContinuousClock.now
        let wall = WallClock.now()
        for item in items {
            switch item {
            case .control(let body):
                body(&decider)
                observePolicies()
            case .adopt(let policies, let done):
                take(up: policies, done)
            case .request(let request, let whereabouts, let arrived, let reply):
                let result = decider.carryOut(request, wall: wall, whereabouts: whereabouts)
                observer?.note(request, result.reply, result.judgement)
                pending.append(Pending(result: result, arrived: arrived, reply: reply))
            }
        }
        let carriedOut = ContinuousClock.now
        let failure = commit()
        let now = ContinuousClock.now
        tell(begun, carriedOut, now, failure) { pending.map(\.arrived) }
        for item in pending { item.reply(Self.final(item.result, arrived: item.arrived, failure: failure, now: now)) }
    }

    private mutating func commit() -> HistoryError? {
        do throws(HistoryError) {
            try decider.commit()
            health.note(decider.lastFault)
            return nil
        } catch {
            health.note(error)
            return error
        }
    }

    mutating func observePolicies() {
        guard decider.generation != observedGeneration else { return }
        observedGeneration = decider.generation
        observer?.use(decider.policies)
    }

    private mutating func tell(_ begun: ContinuousClock.Instant, _ carriedOut: ContinuousClock.Instant,
                               _ committed: ContinuousClock.Instant, _ failure: HistoryError?,
                               arrivals: () -> [ContinuousClock.Instant]) {
        guard observer != nil else { return }
        observer?.note(ClerkBatch(arrivals: arrivals(), begun: begun, carriedOut: carriedOut, committed: committed,
                                  hasFailed: failure != nil, isFaulty: failure != nil || decider.lastFault != nil))
    }

    /// What the caller is told once it is known whether the commit held.
    private static func final(_ result: Decider.Result, arrived: ContinuousClock.Instant, failure: HistoryError?,
                              now: ContinuousClock.Instant) -> EngineReply {
        var reply = result.reply
        if failure != nil, result.hasRecorded {
            switch reply {
            case .decision(let answer):
                // A report on it can find nothing, whatever the journal says later.
                reply = .decision(result.floor?.applied(to: answer) ?? answer)
            case .ok:
                reply = .failure(.unwritten)
            case .pong, .failure:
                break
            }
        }
        guard case .decision(var answer) = reply else { return reply }
        answer.tookMicroseconds = Int((now - arrived) / .microseconds(1))
        return .decision(answer)
    }
}
