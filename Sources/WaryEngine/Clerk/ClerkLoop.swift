import WaryHistory

/// The clerk's day: a batch, a commit, the answers.
struct ClerkLoop {
    let queue: RequestQueue<ClerkItem>
    var decider: Decider
    let batchCapacity: Int

    private struct Pending {
        var result: Decider.Result
        var arrived: ContinuousClock.Instant
        var reply: @Sendable (EngineReply) -> Void
    }

    init(queue: RequestQueue<ClerkItem>, decider: Decider, batchCapacity: Int) {
        self.queue = queue
        self.decider = decider
        self.batchCapacity = batchCapacity
    }

    /// Returns when the queue is closed and empty.
    mutating func run() {
        var pending: [Pending] = []
        while true {
            let items = queue.take(atMost: batchCapacity)
            if items.isEmpty { return }
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
            var failure: HistoryError?
            do { try decider.commit() } catch { failure = error }
            let now = ContinuousClock.now
            for item in pending {
                item.reply(Self.final(item, failure: failure, now: now))
            }
            pending.removeAll(keepingCapacity: true)
        }
    }

    /// What the caller is told once it is known whether the commit held.
    private static func final(_ item: Pending, failure: HistoryError?, now: ContinuousClock.Instant) -> EngineReply {
        var reply = item.result.reply
        if let failure, item.result.hasRecorded {
            switch reply {
            case .decision(let answer):
                // A report on it can find nothing, whatever the journal says later.
                reply = .decision(item.result.floor?.applied(to: answer) ?? answer)
            case .ok:
                reply = .failure(EngineFailure(failure))
            case .pong, .failure:
                break
            }
        }
        guard case .decision(var answer) = reply else { return reply }
        answer.tookMicroseconds = Int((now - item.arrived) / .microseconds(1))
        return .decision(answer)
    }
}
