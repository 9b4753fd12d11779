import NIOCore
import WaryEngine

/// Moves bytes between one NIO channel and its `Connection`; every decision about them is the latter's.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var connection = Connection()
    private let desk: ConnectionDesk
    private let gate: ConnectionGate
    private let verdict: ConnectionGate.Verdict
    private var context: ChannelHandlerContext?
    private var number: UInt64 = 0
    private var isReading = false
    private var isTouched = false
    /// Since when the peer has been told that nothing more will be read; what it still sends is thrown away for a moment,
    /// so that it can read the answer instead of failing while it writes.
    private var lingersSince: NIODeadline?
    private var arrived = ContinuousClock.now

    init(desk: ConnectionDesk, gate: ConnectionGate, verdict: ConnectionGate.Verdict) {
        self.desk = desk
        self.gate = gate
        self.verdict = verdict
    }

    // MARK: From the desk

    /// Takes a reply; true when this is the first since the last turn.
    func take(_ reply: EngineReply, for ticket: UInt64) -> Bool {
        connection.answer(ticket, reply)
        defer { isTouched = true }
        return !isTouched
    }

    func end() {
        connection.end()
        turn()
    }

    func expire(_ now: UInt64) {
        if let deadline = connection.deadline, now >= deadline { return end() }
        if let lingersSince, now >= (lingersSince + Self.lingering).uptimeNanoseconds { context?.close(promise: nil) }
    }

    /// Submits what can be submitted, sends what can be sent, reads on or closes.
    func turn() {
        isTouched = false
        guard let context, lingersSince == nil else { return }
        let now = NIODeadline.now().uptimeNanoseconds
        while let (ticket, request) = connection.next(desk.decoder, now: now) {
            desk.submit(request, from: number, ticket: ticket, arrived: arrived)
        }
        send(context)
        if connection.isFinished {
            finish(context)
        } else if connection.wantsToRead {
            read(context)
        }
    }

    private static let lingering: TimeAmount = .seconds(1)

    private func read(_ context: ChannelHandlerContext) {
        guard !isReading else { return }
        isReading = true
        context.read()
    }

    private func send(_ context: ChannelHandlerContext) {
        let bytes = connection.takeOutput()
        guard !bytes.isEmpty else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] result in
            connection.wrote(bytes.count)
            guard case .success = result else { return }
            if connection.isFinished || (connection.wantsToRead && !isReading) { turn() }
        }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: promise)
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard connection.wasCutOff else { return context.close(promise: nil) }
        lingersSince = .now()
        context.close(mode: .output, promise: nil)
        read(context)
    }

    // MARK: From the channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        number = desk.register(self)
        switch verdict {
        case .welcome: break
        case .stranger:
            connection.refuse(WireFailure(.notAllowed, "this user may not use this socket; see allow_users and allow_groups"))
        case .full:
            connection.refuse(WireFailure(.overloaded, "too many connections",
                                          retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds))
        }
        turn()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        desk.forget(number)
        gate.leave()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard lingersSince == nil else { return }
        arrived = .now
        unwrapInboundIn(data).withUnsafeReadableBytes { connection.receive($0) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if lingersSince != nil { read(context) } else { turn() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            if lingersSince != nil { return context.close(promise: nil) }
            end()
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
