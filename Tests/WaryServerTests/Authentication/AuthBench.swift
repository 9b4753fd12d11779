import Foundation
import HTTPTypes
import Logging
import NIOCore
import Synchronization
import Testing
import WaryAuth
@testable import WaryServer
import WaryVocabulary

/// An engine that says what the test wants.
final class ScriptedDecisions: DecisionPoint {
    private let outcome = Mutex<(Outcome, [Factor])>((.allow, []))
    private let count = Mutex(0)

    func answers(_ outcome: Outcome, _ factors: [Factor] = []) { self.outcome.withLock { $0 = (outcome, factors) } }

    func decide(_ question: DecisionQuestion) async throws(DecisionFailure) -> DecisionVerdict {
        let (outcome, factors) = outcome.withLock { $0 }
        let number = count.withLock { $0 += 1; return $0 }
        return DecisionVerdict(id: question.isWhatIf ? nil : "d\(number)", outcome: outcome, factors: factors)
    }

    func report(_ report: DecisionReport) async throws(DecisionFailure) {}
    func label(_ decision: String, isFraud: Bool) async throws(DecisionFailure) {}
    func inputs(of event: EventKind) async -> Set<String> { [] }
    func export(account: String) async throws(DecisionFailure) -> String? { nil }
    func erase(account: String) async throws(DecisionFailure) {}
}

/// The authentication API without anything that carries it.
struct AuthBench {
    let engine = ScriptedDecisions()
    let routes: AuthRoutes
    let mail: String

    init() throws {
        mail = FileManager.default.temporaryDirectory.appendingPathComponent("wary-mail-\(UUID())").path
        let couriers: [OutgoingMessage.Channel: any Courier] = [.email: FileCourier(path: mail), .sms: FileCourier(path: mail)]
        let office = PostOffice(couriers: couriers, templates: try MessageTemplates(), serviceName: "Wary")
        let service = try AuthService(settings: AuthSettings(), keys: .ephemeral(), store: MemoryStore(), decisions: engine, postOffice: office,
                                      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                                      now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
        routes = AuthRoutes(service: service, origins: ["http://localhost"])
    }

    struct NoSuchRoute: Error {}

    struct Answer {
        let status: Int
        let body: AuthJSON
        let headers: [(name: String, value: String)]
        var code: String? { body["code"]?.text }
        func header(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }
        func cookie(_ name: String) -> String? {
            header("Set-Cookie").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1).prefix { $0 != ";" }) }
        }
    }

    func call(_ method: String, _ path: String, _ body: String = "", token: String? = nil, device: String? = nil, headers: [String: String] = [:], trusted: Bool = false) async throws -> Answer {
        var headers = headers
        if let token { headers["authorization"] = "Bearer \(token)" }
        if let device { headers["wary-device"] = device }
        var caller = HTTPCaller(address: IPAddress("203.0.113.7"), isTrusted: trusted)
        for (name, value) in headers { caller.headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        guard case .route(let route, let parameters) = HTTPRouter(routes: routes.all.map(\.http)).match(method: method, path: path[...]) else { throw NoSuchRoute() }
        let reply = try await route.handle(HTTPCall(parameters: parameters, body: ByteBuffer(string: body), requestID: "r1", caller: caller))
        let value = reply.body.isEmpty ? AuthJSON.null : try StrictJSON.parse(reply.body)
        return Answer(status: reply.status, body: value, headers: reply.headers)
    }

    static let password = "seven quiet rivers"

    /// A session's token and the device's.
    func person(_ name: String) async throws -> (token: String, device: String) {
        let answer = try await call("POST", "/v1/registrations", #"{"identifier":"\#(name)","password":"\#(Self.password)"}"#)
        return (try #require(answer.body["token"]?.text), try #require(answer.body["device"]?.text))
    }
}
