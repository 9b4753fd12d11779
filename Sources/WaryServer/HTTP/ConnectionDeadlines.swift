import NIOCore

/// How long one HTTP connection may take for each thing. Totals: a byte now and then buys no time.
public struct HTTPDeadlines: Sendable, Hashable {
    /// From a header's first byte to its last. Where TLS is spoken, the handshake counts as the first header's.
    public var header: TimeAmount = .seconds(ServerLimits.httpHeaderSeconds)
    /// From the header's end to the body's.
    public var body: TimeAmount = .seconds(ServerLimits.httpBodySeconds)
    /// From an answer's first byte to its last being taken by the client.
    public var answer: TimeAmount = .seconds(ServerLimits.httpAnswerSeconds)
    /// Between an answer and the next request; nil lets pools of connections live for ever.
    public var idle: TimeAmount?
    /// From our side's end to the client's.
    public var farewell: TimeAmount = .seconds(ServerLimits.httpFarewellSeconds)

    public init(idle: TimeAmount? = nil) { self.idle = idle }
}

/// Stands before everything else in a connection's pipeline and sees its bytes, while `HTTPPartWatch` tells it what they
/// turned out to be. Between them they hold the connection to its deadlines.
///
/// A deadline is a number that is looked at now and then, not a timer of its own: under load that is one timer a second
/// for each connection, and none at all for one that is idle.
final class ConnectionDeadlines: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a connection was late with; the raw value is the metric's label.
    enum Phase: String { case idle, header, body, answer, farewell }

    private let times: HTTPDeadlines
    private let onTimeout: @Sendable (Phase) -> Void
    /// Tells a client that its request took too long, where an answer can still be put on the wire.
    var apologise: (() -> Void)?
    private var context: ChannelHandlerContext?
    private var receiving: (phase: Phase, until: NIODeadline)?
    private var answering: NIODeadline?
    private var leaving: NIODeadline?
    private var isTicking = false

    init(_ times: HTTPDeadlines, onTimeout: @escaping @Sendable (Phase) -> Void) {
        self.times = times
        self.onTimeout = onTimeout
    }

    // MARK: From the part watch

    func headerEnded() { receive(.body, times.body) }

    func bodyEnded() { receiving = nil }

    func answerBegan() {
        answering = .now() + times.answer
        tick()
    }

    /// - Parameter isLast: no request is being received or answered any more.
    func answerTaken(isLast: Bool) {
        answering = nil
        if isLast, receiving == nil, let idle = times.idle { receive(.idle, idle) }
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { opened() }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes behind our end is not looked at, and is late with nothing.
        if leaving == nil, receiving == nil || receiving?.phase == .idle { receive(.header, times.header) }
        context.fireChannelRead(data)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output {
            leaving = .now() + times.farewell
            tick()
        }
        context.close(mode: mode, promise: promise)
    }

    // MARK: Time

    private func opened() {
        if let idle = times.idle, receiving == nil { receive(.idle, idle) }
    }

    private func receive(_ phase: Phase, _ time: TimeAmount) {
        receiving = (phase, .now() + time)
        tick()
    }

    private func forget() {
        context = nil
        apologise = nil
        (receiving, answering, leaving) = (nil, nil, nil)
    }

    /// A quarter of the shortest time, a second at most: that is how late a deadline may be noticed.
    private var interval: TimeAmount {
        let shortest = min(times.header, times.body, times.answer, times.farewell, times.idle ?? .seconds(4))
        return min(.seconds(1), .nanoseconds(max(1_000_000, shortest.nanoseconds / 4)))
    }

    private func tick() {
        guard !isTicking, let context else { return }
        isTicking = true
        context.eventLoop.assumeIsolated().scheduleTask(in: interval) { [self] in
            isTicking = false
            look()
        }
    }

    private func look() {
        let now = NIODeadline.now()
        if let receiving, receiving.until <= now { return late(receiving.phase) }
        if let answering, answering <= now { return late(.answer) }
        if let leaving, leaving <= now { return late(.farewell) }
        if receiving != nil || answering != nil || leaving != nil { tick() }
    }

    private func late(_ phase: Phase) {
        if phase != .idle, phase != .farewell { onTimeout(phase) }
        guard phase == .header || phase == .body, answering == nil, leaving == nil, let apologise else {
            context?.close(promise: nil)
            return
        }
        receiving = nil
        leaving = .now() + times.farewell
        self.apologise = nil
        tick()
        apologise()
    }
}
