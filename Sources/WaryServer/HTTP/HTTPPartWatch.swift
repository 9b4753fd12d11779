import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Stands behind the HTTP decoder: tells `ConnectionDeadlines` where requests and answers begin and end, and closes the
/// connection behind an answer that says so.
final class HTTPPartWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var deadlines: ConnectionDeadlines?
    /// Requests begun and not yet answered.
    private var pending = 0
    private var isReceiving = false
    private var isAnswering = false
    private var closesBehindAnswer = false
    /// Nothing of what the client still sends is looked at.
    private var isDeaf = false
    /// Nothing more is told to the client.
    private var isMute = false
    /// The server stops: the connection closes behind what it has read whole.
    private var isLeaving = false

    /// Requests that have come in whole and are not answered.
    private var owed: Int { pending - (isReceiving ? 1 : 0) }

    func handlerAdded(context: ChannelHandlerContext) {
        deadlines = try? context.pipeline.syncOperations.handler(type: ConnectionDeadlines.self)
        deadlines?.apologise = { [weak self] in self?.apologise(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadlines?.apologise = nil
        deadlines = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDeaf { return }
        switch unwrapInboundIn(data) {
        case .head:
            pending += 1
            isReceiving = true
            deadlines?.headerEnded()
        case .body: break
        case .end:
            isReceiving = false
            deadlines?.bodyEnded()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            guard !isMute else { return fail(promise) }
            if head.status.kind != .informational {
                isAnswering = true
                closesBehindAnswer = head.headerFields[.connection] == "close"
                deadlines?.answerBegan()
            }
            context.write(data, promise: promise)
        case .body:
            guard !isMute else { return fail(promise) }
            context.write(data, promise: promise)
        case .end:
            guard !isMute else { return fail(promise) }
            isAnswering = false
            pending -= 1
            let taken = promise ?? context.eventLoop.makePromise(of: Void.self)
            taken.futureResult.assumeIsolated().whenComplete { [self] _ in
                deadlines?.answerTaken(isLast: pending == 0 && !isReceiving)
            }
            context.write(data, promise: taken)
            if closesBehindAnswer || (isLeaving && owed <= 0) {
                (isDeaf, isMute) = (true, true)
                context.flush()
                context.close(mode: .output, promise: nil)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is HTTPServerLeaves else { return context.fireUserInboundEventTriggered(event) }
        (isDeaf, isLeaving) = (true, true)
        if owed <= 0 { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isDeaf, !isAnswering, owed == 0, context.channel.isActive else {
            return context.fireErrorCaught(error)
        }
        // Bytes that are no HTTP: say so, as far as the client can still be told.
        refuse(context, WireFailure(.badRequest, "the bytes are not HTTP/1.1 as RFC 9112 has it"), status: 400)
    }

    private func apologise(_ context: ChannelHandlerContext) {
        guard !isAnswering, !isMute, owed == 0 else { return context.close(promise: nil) }
        refuse(context, WireFailure(.badRequest, "the request was not complete in time"), status: 408)
    }

    private func refuse(_ context: ChannelHandlerContext, _ failure: WireFailure, status: Int) {
        (isDeaf, isMute) = (true, true)
        let answer = ProblemDetails.answer(failure, status: status, requestID: "")
        let parts = HTTPResponseParts(answer, requestID: nil, closes: true)
        context.write(wrapOutboundOut(.head(parts.head)), promise: nil)
        if let body = parts.body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
    }

    private func fail(_ promise: EventLoopPromise<Void>?) { promise?.fail(ChannelError.ioOnClosedChannel) }
}

/// Tells a connection that the server stops.
struct HTTPServerLeaves: Sendable {}

/// An answer as the parts that go on the wire.
struct HTTPResponseParts {
    var head: HTTPResponse
    var body: ByteBuffer?

    init(_ answer: HTTPAnswer, requestID: String?, closes: Bool) {
        var fields = HTTPFields()
        fields.reserveCapacity(6)
        if let type = answer.contentType { fields[.contentType] = type }
        if answer.status != 204 { fields[.contentLength] = String(answer.body.count) }
        fields[.cacheControl] = "no-store"
        if let requestID, let name = Self.requestIDName { fields[name] = requestID }
        if closes { fields[.connection] = "close" }
        for (name, value) in answer.headers {
            guard let name = HTTPField.Name(name) else { continue }
            // Two cookies are two fields.
            if name == .setCookie { fields.append(HTTPField(name: name, value: value)) } else { fields[name] = value }
        }
        head = HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        body = answer.body.isEmpty ? nil : ByteBuffer(bytes: answer.body)
    }

    static let requestIDName = HTTPField.Name("X-Request-ID")
}
