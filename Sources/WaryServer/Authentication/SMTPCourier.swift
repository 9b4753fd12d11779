import NIOCore
import NIOPosix
import NIOSSL
import WaryAuth
import WaryVocabulary

/// Hands mail to a mail server: the dialogue is `SMTPDialogue`'s, the socket is this one's. A connection a message.
struct SMTPCourier: Courier {
    private let settings: SMTPSettings
    private let tls: NIOSSLContext
    private let now: @Sendable () -> Instant

    /// - Parameter authorities: the certificates in PEM that the server's must lead to; nil for the system's.
    /// - Throws: `.unavailable` where they cannot be read.
    init(_ settings: SMTPSettings, authorities: String? = nil, now: @escaping @Sendable () -> Instant) throws(AuthError) {
        self.settings = settings
        self.now = now
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authorities { configuration.trustRoots = .file(authorities) }
        do {
            tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unavailable("the authorities that the mail server's certificate is checked by cannot be read")
        }
    }

    func deliver(_ message: OutgoingMessage) async throws(CourierFailure) {
        let domain = settings.from.split(separator: "@").last.map(String.init) ?? settings.localName
        let content = MailMessage.content(message, from: settings.from, host: domain, at: now())
        let dialogue = SMTPDialogue(settings, to: message.address, content: content)
        let (settings, tls) = (settings, tls)
        do {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let outcome = loop.makePromise(of: Void.self)
            let channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let operations = channel.pipeline.syncOperations
                        if settings.isImplicitTLS { try operations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: settings.host)) }
                        try operations.addHandler(SMTPHandler(dialogue, host: settings.host, tls: tls, outcome: outcome))
                    }
                }
                .connect(host: settings.host, port: settings.port).flatMapErrorThrowing { error in
                    outcome.fail(error)
                    throw error
                }.get()
            let deadline = channel.eventLoop.scheduleTask(in: .seconds(ServerLimits.smtpSeconds)) { channel.close(promise: nil) }
            defer { deadline.cancel() }
            try await outcome.futureResult.get()
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            throw CourierFailure("the mail server cannot be reached", isPassing: true)
        }
    }
}

/// Carries a dialogue's lines.
private final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var dialogue: SMTPDialogue
    private let host: String
    private let tls: NIOSSLContext
    private let outcome: EventLoopPromise<Void>
    private var line: [UInt8] = []

    init(_ dialogue: SMTPDialogue, host: String, tls: NIOSSLContext, outcome: EventLoopPromise<Void>) {
        self.dialogue = dialogue
        self.host = host
        self.tls = tls
        self.outcome = outcome
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        while let byte = buffer.readInteger(as: UInt8.self) {
            guard byte == 0x0a else {
                // Past what the dialogue takes as a line; it refuses it at its end.
                if line.count <= 4096 { line.append(byte) }
                continue
            }
            if line.last == 0x0d { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            let actions = dialogue.received(text)
            // What came in clear after the answer to STARTTLS is somebody else's (CVE-2021-38371 and its like).
            if actions.contains(.startTLS) { buffer.clear() }
            carryOut(actions, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        dialogue.broken()
        settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        dialogue.broken()
        settle()
        context.close(promise: nil)
    }

    private func carryOut(_ actions: [SMTPDialogue.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .startTLS:
                do {
                    try context.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: host), position: .first)
                    carryOut(dialogue.tlsStarted(), context)
                } catch {
                    errorCaught(context: context, error: error)
                }
            case .close: context.close(promise: nil)
            }
        }
        settle()
    }

    private var isSettled = false

    private func settle() {
        guard !isSettled, let result = dialogue.outcome else { return }
        isSettled = true
        outcome.completeWith(result.mapError { $0 as any Error })
    }
}
