import WaryAuth
import WaryEngine
import WaryVocabulary

/// One route of the authentication API.
struct AuthRoute: Sendable {
    typealias Handler = @Sendable (AuthCall) async throws(AuthError) -> HTTPAnswer

    let method: String
    /// `/v1/sign-ins/{id}/answers`.
    let pattern: String
    /// What metrics and the OpenAPI file call it.
    let operation: String
    /// Only the installation's own callers may.
    var isForOperators = false
    let handle: Handler

    init(_ method: String, _ pattern: String, _ operation: String, forOperators: Bool = false, _ handle: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.operation = operation
        isForOperators = forOperators
        self.handle = handle
    }

    /// As the HTTP interface serves it: open to anybody, for people have no API keys, but for what operators alone may.
    var http: HTTPRoute {
        var route = HTTPRoute(method, pattern, scope: isForOperators ? .accounts : nil, operation: operation) { call in
            do throws(AuthError) {
                return try await handle(AuthCall(call, method: method))
            } catch {
                return .problem(error, requestID: call.requestID)
            }
        }
        route.isForPeople = true
        return route
    }
}

/// The authentication API: every route, on one service.
struct AuthRoutes: Sendable {
    let service: AuthService
    /// Browsers on these may use cookies for what changes something.
    let origins: Set<String>

    var all: [AuthRoute] { registration + signIn + recovery + sessions + ownAccount + factors + addresses + devices + wellKnown + operators }

    // MARK: What routes have in common

    static let deviceCookie = "__Host-wary_device"
    static let sessionCookie = "__Host-wary_session"

    /// The client's context: as its own connection shows it, or as a trusted caller says.
    func context(_ call: AuthCall, _ fields: inout AuthFields) throws(AuthError) -> ClientContext {
        var context = ClientContext(ip: call.peer, agent: call.headers["user-agent"].map { String($0.prefix(4096)) },
                                    deviceToken: call.headers["wary-device"] ?? call.cookie(Self.deviceCookie), language: call.headers["accept-language"])
        guard var given = try fields.object("context") else { return context }
        guard call.isTrusted else { throw .invalid(field: "context", problem: "only the installation's own callers may say for whom they ask") }
        if let text = try given.text("ip") {
            guard let ip = IPAddress(text) else { throw .invalid(field: "context.ip", problem: "one plain IP address is wanted") }
            context.ip = ip
        }
        context.agent = try given.text("user_agent") ?? context.agent
        context.app = try given.text("app", atMost: EngineLimits.textBytes)
        context.channel = try given.text("channel", atMost: EngineLimits.textBytes)
        context.language = try given.text("language", atMost: EngineLimits.textBytes) ?? context.language
        if let inputs = given.value("inputs") {
            guard let members = inputs.object else { throw .invalid(field: "context.inputs", problem: "an object is wanted") }
            for (name, value) in members { context.inputs[name] = try Self.datum(value, "context.inputs.\(name)") }
        }
        try given.end()
        return context
    }

    private static func datum(_ value: AuthJSON, _ path: String) throws(AuthError) -> Datum {
        switch value {
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .number(let value): return .decimal(value)
        case .text(let value): return .text(value)
        case .array(let values):
            var elements: [Datum] = []
            for value in values { elements.append(try datum(value, path)) }
            return .set(elements)
        case .null, .object: throw .invalid(field: path, problem: "a text, number, true, false or a list of these is wanted")
        }
    }

    /// Nothing in the body but what was taken, and the context.
    func end(_ call: AuthCall, _ fields: inout AuthFields) throws(AuthError) -> ClientContext {
        let context = try context(call, &fields)
        try fields.end()
        return context
    }

    /// The session that the call is made in.
    func session(_ call: AuthCall) throws(AuthError) -> Session {
        if let token = call.bearer { return token.contains(".") ? try service.session(accessToken: token) : try service.session(token: token) }
        guard let token = call.cookie(Self.sessionCookie) else { throw .unauthenticated }
        try refuseOtherSites(call)
        return try service.session(token: token)
    }

    /// A cookie comes along whoever made the browser ask: what changes something is only taken from our own pages.
    private func refuseOtherSites(_ call: AuthCall) throws(AuthError) {
        guard call.method != "GET" else { return }
        if let site = call.headers["sec-fetch-site"], site != "same-origin", site != "none" { throw .denied }
        if let origin = call.headers["origin"], !origins.contains(origin) { throw .denied }
    }

    /// How the client wants its session: `bearer` (one opaque token), `cookie`, or `signed` (a JWT and a refresh token).
    enum Delivery: String { case bearer, cookie, signed
        var form: SessionGrant.Form { self == .signed ? .signed : .opaque }
    }

    func delivery(_ fields: inout AuthFields) throws(AuthError) -> Delivery {
        guard let text = try fields.text("session") else { return .bearer }
        guard let delivery = Delivery(rawValue: text) else { throw .invalid(field: "session", problem: "bearer, cookie or signed") }
        return delivery
    }

    /// A grant as an answer.
    func reply(_ grant: SessionGrant, _ delivery: Delivery, device: String?, status: Int = 200) async throws(AuthError) -> HTTPAnswer {
        var members: [String: AuthJSON] = ["status": .text("complete"), "session": describe(grant.session)]
        if let device { members["device"] = .text(device) }
        var cookie: String?
        if let refresh = grant.refreshToken {
            let (token, expiresIn) = try await service.accessToken(for: grant.session)
            members["token"] = .text(token)
            members["expires_in"] = .int(expiresIn)
            members["refresh_token"] = .text(refresh)
            members["token_type"] = .text("Bearer")
        } else if let token = grant.token {
            if delivery == .cookie { cookie = token } else { members["token"] = .text(token) }
            if delivery == .bearer { members["token_type"] = .text("Bearer") }
        }
        var reply = HTTPAnswer.json(.object(members), status: status)
        if let cookie { reply.headers.append(("Set-Cookie", "\(Self.sessionCookie)=\(cookie); Path=/; Secure; HttpOnly; SameSite=Lax")) }
        if let device { reply.headers.append(Self.setDevice(device)) }
        return reply
    }

    static func setDevice(_ token: String) -> (name: String, value: String) {
        ("Set-Cookie", "\(deviceCookie)=\(token); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000")
    }

    func describe(_ session: Session) -> AuthJSON {
        var members: [String: AuthJSON] = [
            "id": .text(session.id), "account": .text(session.account), "tenant": .text(session.tenant), "acr": .text(session.assurance.rawValue),
            "amr": .array(session.methods.map(AuthJSON.text)), "risk": .text(session.risk.rawValue), "created_at": .text(session.createdAt.description),
            "proven_at": .text(session.provenAt.description), "last_used_at": .text(session.lastUsedAt.description), "ends_at": .text(session.endsAt.description),
            "device": .text(session.device),
        ]
        members["ip"] = session.ip.map(AuthJSON.text)
        members["user_agent"] = session.agent.map(AuthJSON.text)
        return .object(members)
    }

    func describe(_ offer: FlowOffer) -> [String: AuthJSON] {
        ["status": .text("step_up"), "id": .text(offer.id), "factors": .array(offer.factors.map { .text($0.rawValue) }),
         "expires_at": .text(offer.expiresAt.description), "answers_left": .int(Int64(offer.answersLeft))]
    }
}
