import Dispatch
import Foundation
import WaryHistory
import WarySignals
import WaryVocabulary

/// The one thread that decides and writes. It takes whatever has arrived as one batch, carries out each request in order,
/// so that each sees every earlier one, commits once, and only then lets the answers go.
public final class Clerk: Sendable {
    private let queue: RequestQueue<ClerkItem>
    private let positions: PositionDatabases?
    private let agents: AgentReader
    private let ended = DispatchSemaphore(value: 0)
    /// Whether history can be read and written.
    public let health: ClerkHealth

    /// Opens the history on a thread of its own and starts to take requests.
    /// - Throws: `HistoryError` where the folder cannot be opened, and what the driver throws.
    public init(_ options: ClerkOptions) throws {
        queue = RequestQueue(capacity: options.queueCapacity, ring: options.driving?.wake)
        positions = options.decider.positions
        health = ClerkHealth(logger: options.logger)
        agents = options.decider.agents
        let opened = Handover<(any Error)?>()
        let queue = queue, ended = ended, health = health
        let thread = Thread {
            do {
                let history = try options.openHistory()
                try ReplayMark.settle(history, options.decider.clock)
                let decider = try Decider(policies: options.policies, history: history, options: options.decider)
                let driver = try options.driving?.makeDriver()
                opened.give(nil)
                var loop = ClerkLoop(queue: queue, decider: decider, options: options, health: health)
                if let driver { loop.run(driver) } else { loop.run() }
                Self.close(history, health)
            } catch {
                queue.close()
                opened.give(error)
            }
            ended.signal()
        }
        thread.name = "clerk"
        thread.stackSize = EngineLimits.clerkStackBytes
        thread.start()
        if let error = opened.take() { throw error }
    }

    /// Hands a request over. `reply` is called exactly once, from the clerk's thread (or at once, from the caller's, where
    /// the request is refused), and must not block.
    /// - Parameter arrived: when the request's last byte came in.
    public func submit(_ request: EngineRequest, arrived: ContinuousClock.Instant = .now,
                       reply: @escaping @Sendable (EngineReply) -> Void) {
        var request = request
        if case .decide(var decision) = request {
            decision.fields.agentFacts = decision.fields.agent.map(agents.facts)
            request = .decide(decision)
        }
        let item = ClerkItem.request(request, whereabouts: whereabouts(of: request), arrived: arrived, reply: reply)
        do {
            try queue.add(item)
        } catch {
            reply(.failure(error == .full ? .tooMany : .stopping))
        }
    }

    /// The same for callers that can wait.
    public func answer(_ request: EngineRequest) async -> EngineReply {
        await withCheckedContinuation { continuation in
            submit(request) { continuation.resume(returning: $0) }
        }
    }

    /// Runs something between two requests, on the clerk's thread: a look at a past decision, say. Nil once stopped.
    public func perform<Value: Sendable>(_ body: @escaping @Sendable (inout Decider) -> Value) async -> Value? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            do {
                try queue.add(.control { decider in continuation.resume(returning: body(&decider)) }, isUrgent: true)
            } catch {
                continuation.resume(returning: nil)
            }
        }
    }

    /// - Returns: false once stopped.
    func add(_ item: ClerkItem) -> Bool {
        do {
            try queue.add(item, isUrgent: true)
            return true
        } catch { return false }
    }

    /// How many requests wait now.
    public var waiting: Int { queue.count }

    /// Takes no more requests, answers those that wait, closes the history, and returns when the thread has ended.
    /// Blocks; call it once.
    public func stop() {
        queue.close()
        ended.wait()
    }

    private static func close(_ history: History, _ health: ClerkHealth) {
        do throws(HistoryError) {
            try history.commitNow()
            try history.checkpoint()
        } catch {
            health.note(error)
        }
        history.close()
    }

    private func whereabouts(of request: EngineRequest) -> Whereabouts? {
        switch request {
        case .decide(let request): request.fields.ip.flatMap { positions?.look(up: $0, at: request.at ?? WallClock.now()) }
        case .event(let request): request.fields.ip.flatMap { positions?.look(up: $0, at: request.at ?? WallClock.now()) }
        case .report, .label, .ping: nil
        }
    }
}

extension EngineFailure {
    static let tooMany = EngineFailure(.overloaded, "too many requests are waiting",
                                       retryAfterMilliseconds: EngineLimits.retryAfterMilliseconds)
    static let stopping = EngineFailure(.overloaded, "the engine is stopping",
                                        retryAfterMilliseconds: EngineLimits.retryAfterMilliseconds)
}

/// What waits for the clerk.
enum ClerkItem: Sendable {
    case request(EngineRequest, whereabouts: Whereabouts?, arrived: ContinuousClock.Instant,
                 reply: @Sendable (EngineReply) -> Void)
    case control(@Sendable (inout Decider) -> Void)
    case adopt(PolicySet, @Sendable (Adoption) -> Void)
}
