import WaryHistory

/// The clerk's day: a batch, a commit, the answers.
struct ClerkLoop {
    private let queue: RequestQueue<ClerkItem>
    private var decider: Decider
    private let batchCapacity: Int
    private let health: ClerkHealth

    private struct Pending {
        var result: Decider.Result
        var arrived: ContinuousClock.Instant
        var reply: @Sendable (EngineReply) -> Void
    }

    init(queue: RequestQueue<ClerkItem>, decider: Decider, batchCapacity: Int, health: ClerkHealth) {
        self.queue = queue
        self.decider = decider
        self.batchCapacity = batchCapacity
        self.health = health
    }

    /// Returns when the queue is closed and empty.
    mutating func run() {
        while true {
            // With interval durability the last events of a burst reach the disk though nothing follows them.
            let patience = decider.history.hasUncommitted ? decider.history.syncInterval : nil
            switch queue.take(atMost: batchCapacity, within: patience) {
            case .items(let items): carryOut(items)
            case .nothing: _ = commit()
            case .closed: return
            }
        }
    }

    private mutating func carryOut(_ items: [ClerkItem]) {
        var pending: [Pending] = []
        pending.reserveCapacity(items.count)
        let wall = WallClock.now()
        for item in items {
            switch item {
            case .control(let body):
                body(&decider)
            case .request(let request, let whereabouts, let arrived, let reply):
                let result = decider.carryOut(request, wall: wall, whereabouts: whereabouts)
                pending.append(Pending(result: result, arrived: arrived, reply: reply))
            }
        }
        let failure = commit()
        let now = ContinuousClock.now
        for item in pending { item.reply(Self.final(item, failure: failure, now: now)) }
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

    /// What the caller is told once it is known whether the commit held.
    private static func final(_ item: Pending, failure: HistoryError?, now: ContinuousClock.Instant) -> EngineReply {
        var reply = item.result.reply
        if failure != nil, item.result.hasRecorded {
            switch reply {
            case .decision(let answer):
                // A report on it can find nothing, whatever the journal says later.
                reply = .decision(item.result.floor?.applied(to: answer) ?? answer)
            case .ok:
                reply = .failure(.unwritten)
            case .pong, .failure:
                break
            }
        }
        guard case .decision(var answer) = reply else { return reply }
        answer.tookMicroseconds = Int((now - item.arrived) / .microseconds(1))
        return .decision(answer)
    }
}
