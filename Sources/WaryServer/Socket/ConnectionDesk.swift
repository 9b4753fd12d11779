import NIOCore
import Synchronization
import WaryEngine

/// What the connections of one event loop share: the decoder, the mailbox where the clerk's replies arrive, and the
/// clock that ends half requests. Replies of one batch share one wake-up of the loop.
final class ConnectionDesk: Sendable {
    private struct Letter: Sendable {
        var connection: UInt64
        var ticket: UInt64
        var reply: EngineReply
    }

    private struct Parts {
        let decoder: RequestDecoder
        var handlers: [UInt64: ConnectionHandler] = [:]
        var lastNumber: UInt64 = 0
        /// The server stops: connections that come now end at once.
        var isEnding = false
    }

    private let loop: any EventLoop
    private let submit: DecisionSocket.Submit
    private let parts: NIOLoopBoundBox<Parts>
    private let letters = Mutex<[Letter]>([])

    /// To be made on the loop.
    init(loop: any EventLoop, submit: @escaping DecisionSocket.Submit) throws {
        self.loop = loop
        self.submit = submit
        parts = NIOLoopBoundBox(Parts(decoder: try RequestDecoder()), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] task in
            guard let self else { return task.cancel() }
            self.expireHalfRequests()
        }
    }

    // MARK: On the loop

    var decoder: RequestDecoder { parts.value.decoder }

    /// Gives a connection its number.
    func register(_ handler: ConnectionHandler) -> UInt64 {
        parts.value.lastNumber += 1
        parts.value.handlers[parts.value.lastNumber] = handler
        if parts.value.isEnding { handler.end() }
        return parts.value.lastNumber
    }

    func forget(_ number: UInt64) { parts.value.handlers[number] = nil }

    /// Hands a request to the engine; its reply comes back through `ConnectionHandler.take`.
    func submit(_ request: EngineRequest, from connection: UInt64, ticket: UInt64, arrived: ContinuousClock.Instant) {
        submit(request, arrived) { [self] reply in
            post(Letter(connection: connection, ticket: ticket, reply: reply))
        }
    }

    private func deliver() {
        let arrived = letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
        var touched: [ConnectionHandler] = []
        for letter in arrived {
            guard let handler = parts.value.handlers[letter.connection] else { continue }
            if handler.take(letter.reply, for: letter.ticket) { touched.append(handler) }
        }
        for handler in touched { handler.turn() }
    }

    private func expireHalfRequests() {
        let now = NIODeadline.now().uptimeNanoseconds
        for handler in Array(parts.value.handlers.values) { handler.expire(now) }
    }

    // MARK: From any thread

    private func post(_ letter: Letter) {
        let isFirst = letters.withLock { letters in
            letters.append(letter)
            return letters.count == 1
        }
        if isFirst { loop.execute { self.deliver() } }
    }

    /// Lets no connection read any more; each closes when it has answered what it has.
    func endAll() {
        loop.execute { [self] in
            parts.value.isEnding = true
            for handler in Array(parts.value.handlers.values) { handler.end() }
        }
    }
}
