import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import WaryVocabulary

/// Answers one request: finds its route, checks its key, reads its body within bounds, and puts the answer on the wire.
struct HTTPService: Sendable {
    /// What is known of whoever sent a request, before the request says anything.
    enum Origin: Sendable {
        /// A Unix socket: the kernel has said who it is.
        case local
        /// TCP: a key has to say.
        case network

        /// What metrics call it.
        var interface: String { self == .local ? "http" : "http_tcp" }
    }

    let router: HTTPRouter
    let keys: @Sendable () -> APIKeys
    /// Proxies whose `X-Forwarded-For` is believed.
    var proxies: [Network] = []
    let metrics: ServerMetrics
    let logger: Logger

    func respond(_ request: Request, _ writer: consuming ResponseWriter, origin: Origin, peer: SocketAddress?) async throws {
        let requestID = RequestID.chosen(from: HTTPResponseParts.requestIDName.flatMap { request.headers[$0] })
        let method = request.method.rawValue
        let start = ContinuousClock.now
        var outcome = Outcome(answer: HTTPAnswer(contentType: nil, body: []))
        do throws(Refusal) {
            if request.headers[.expect]?.lowercased() == "100-continue" {
                try? await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            outcome = try await carryOut(request, method: method, origin: origin, peer: peer, requestID: requestID)
            outcome.code = outcome.answer.code
        } catch {
            outcome.answer = ProblemDetails.answer(error.failure, status: error.status, requestID: requestID)
            outcome.answer.headers += error.headers
            outcome.closes = error.closes
            outcome.route = error.route
            outcome.code = error.failure.code.rawValue
        }
        observe(outcome, origin, method: method, since: start, requestID: requestID)
        let parts = HTTPResponseParts(outcome.answer, requestID: requestID, closes: outcome.closes)
        if let body = parts.body, method != "HEAD" {
            try await writer.write(response: parts.head, body: ResponseBody(byteBuffer: body))
        } else {
            try await writer.writeResponse(parts.head)
        }
    }

    /// What came of a request.
    private struct Outcome {
        var answer: HTTPAnswer
        var route: HTTPRoute?
        var code = "ok"
        var closes = false
    }

    /// Why a request is not carried out.
    struct Refusal: Error {
        var failure: WireFailure
        var status: Int?
        var headers: [(name: String, value: String)] = []
        /// The rest of what the client sends is not worth reading.
        var closes = false
        var route: HTTPRoute?
    }

    private func carryOut(_ request: Request, method: String, origin: Origin, peer: SocketAddress?, requestID: String) async throws(Refusal) -> Outcome {
        let target = request.head.path ?? ""
        let path = target.prefix { $0 != "?" }
        let (route, parameters) = try route(method, path)
        var call = HTTPCall(parameters: parameters, query: target.dropFirst(path.count + 1), requestID: requestID)
        if let scope = route.scope, origin == .network {
            call.tenants = try authorise(request.headers[.authorization], scope, route)
        }
        if route.isForPeople { call.caller = try caller(request.headers, origin, peer, route) }
        call.body = try await body(of: request, route)
        call.arrived = .now
        do throws(WireFailure) {
            return Outcome(answer: try await route.handle(call), route: route)
        } catch {
            throw Refusal(failure: error, route: route)
        }
    }

    private func route(_ method: String, _ path: Substring) throws(Refusal) -> (HTTPRoute, [String: String]) {
        switch router.match(method: method, path: path) {
        case .route(let route, let parameters): return (route, parameters)
        case .otherMethods(let methods):
            let allowed = Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted().joined(separator: ", ")
            throw Refusal(failure: .badRequest("this path takes \(allowed)"), status: 405, headers: [("Allow", allowed)])
        case .none: throw Refusal(failure: WireFailure(.notFound, "there is no such path; /openapi.json lists them all"))
        case .badEncoding: throw Refusal(failure: .badRequest("the path is not percent-encoded UTF-8"))
        }
    }

    /// The tenants that the key is limited to.
    private func authorise(_ field: String?, _ scope: HTTPScope, _ route: HTTPRoute) throws(Refusal) -> Set<String>? {
        let words = (field ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer", let holder = keys().holder(of: String(words[1])) else {
            throw Refusal(failure: WireFailure(.notAllowed, "this needs a valid key: Authorization: Bearer wary_…"), status: 401,
                          headers: [("WWW-Authenticate", "Bearer realm=\"wary\"")], route: route)
        }
        guard holder.scopes.contains(scope) else {
            throw Refusal(failure: WireFailure(.notAllowed, "the key lacks the scope \"\(scope.rawValue)\""), route: route)
        }
        if holder.tenants != nil, !Self.tenantScopes.contains(scope) {
            throw Refusal(failure: WireFailure(.notAllowed, "a key that belongs to some tenants only cannot do this"), route: route)
        }
        return holder.tenants
    }

    /// What a key with tenants of its own may do at all: the rest concerns them all.
    private static let tenantScopes: Set<HTTPScope> = [.decide, .simulate, .report, .label, .metrics]

    private func body(of request: Request, _ route: HTTPRoute) async throws(Refusal) -> ByteBuffer {
        let tooLong = Refusal(failure: WireFailure(.tooLong, "a body has at most \(ServerLimits.bodyBytes) bytes"), closes: true,
                              route: route)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > ServerLimits.bodyBytes { throw tooLong }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: ServerLimits.bodyBytes)
        } catch is NIOTooManyBytesError {
            throw tooLong
        } catch {
            throw Refusal(failure: .badRequest("the body ended early"), closes: true, route: route)
        }
        if body.readableBytes > 0, let type = request.headers[.contentType], !Self.isJSON(type) {
            throw Refusal(failure: .badRequest(
                "the body should be JSON and say so: Content-Type: application/json (with curl: --json, or -H 'Content-Type: application/json')"),
                          status: 415, route: route)
        }
        return body
    }

    private static func isJSON(_ type: String) -> Bool {
        let media = type.prefix { $0 != ";" }.trimming { $0 == " " || $0 == "\t" }.lowercased()
        return media == "application/json" || (media.hasPrefix("application/") && media.hasSuffix("+json"))
    }

    private func observe(_ outcome: Outcome, _ origin: Origin, method: String, since start: ContinuousClock.Instant,
                         requestID: String) {
        let route = outcome.route
        // Unknown paths and methods share one label each: a scanner must not fill the metrics.
        metrics.httpResponses.with(route?.method ?? "other", route?.pattern ?? "other", String(outcome.answer.status)).add()
        if let route {
            metrics.requests.with(origin.interface, route.operation, outcome.code).add()
            metrics.requestTime.with(origin.interface, route.operation).observe(ContinuousClock.now - start)
        }
        if outcome.answer.status >= 500 {
            logger.warning("a request failed", metadata: [
                "request_id": "\(requestID)", "route": "\(method) \(route?.pattern ?? "other")",
                "status": "\(outcome.answer.status)", "code": "\(outcome.code)",
            ])
        }
    }
}

extension Substring {
    func trimming(_ isDropped: (Character) -> Bool) -> Substring {
        var rest = drop(while: isDropped)
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
