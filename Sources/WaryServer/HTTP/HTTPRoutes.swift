import NIOCore
import Synchronization
import WaryEngine

/// The routes of API.md, each with what it asks of the backend. Docs/openapi.yaml describes the same ones; a test holds
/// the two together.
struct HTTPRoutes: Sendable {
    private let backend: any HTTPBackend
    private let metrics: ServerMetrics
    private let decoders = DecoderPool()

    init(backend: any HTTPBackend, metrics: ServerMetrics) {
        self.backend = backend
        self.metrics = metrics
    }

    var all: [HTTPRoute] { decisions + accounts + policies + operation }

    // MARK: Decisions

    private var decisions: [HTTPRoute] {
        [
            HTTPRoute("POST", "/v1/decisions", scope: .decide, operation: "decide") { [self] call throws(WireFailure) in
                try await engine(call, .decide)
            },
            HTTPRoute("POST", "/v1/simulations", scope: .simulate, operation: "simulate") { [self] call throws(WireFailure) in
                try await engine(call, .decide, isSimulation: true)
            },
            HTTPRoute("POST", "/v1/decisions/{id}/outcome", scope: .report, operation: "report") { [self] call throws(WireFailure) in
                try await engine(call, .report, decisionID: call.parameter("id"))
            },
            HTTPRoute("POST", "/v1/decisions/{id}/label", scope: .label, operation: "label") { [self] call throws(WireFailure) in
                try await engine(call, .label, decisionID: call.parameter("id"))
            },
            HTTPRoute("GET", "/v1/decisions/{id}", scope: .explain, operation: "explain") { [self] call throws(WireFailure) in
                .json(try await backend.decision(call.parameter("id")))
            },
            HTTPRoute("POST", "/v1/events", scope: .events, operation: "event") { [self] call throws(WireFailure) in
                try await engine(call, .event)
            },
        ]
    }

    private func engine(_ call: HTTPCall, _ operation: Operation, decisionID: String? = nil,
                        isSimulation: Bool = false) async throws(WireFailure) -> HTTPAnswer {
        let decoded = decoders.decode(call.body, as: operation, decisionID: decisionID)
        var request = try decoded.body.get()
        if case .decide(var decide) = request {
            if isSimulation { decide.isWhatIf = true }
            request = .decide(decide)
        }
        try Tenancy.check(request, call.tenants)
        switch await backend.answer(request, arrived: call.arrived) {
        case .decision(let answer):
            var writer = JSONWriter(capacity: 512)
            AnswerEncoder.write(answer, id: decoded.id, to: &writer)
            return .json(writer.bytes)
        case .ok, .pong: return .done
        case .failure(let failure): throw WireFailure(failure)
        }
    }

    // MARK: Accounts

    private var accounts: [HTTPRoute] {
        [
            HTTPRoute("GET", "/v1/accounts/{id}/history", scope: .history, operation: "account_history") { [self] call throws(WireFailure) in
                let limit = try call.number("limit", in: 1...ServerLimits.timelineRecords) ?? ServerLimits.timelineDefault
                return .json(try await backend.history(of: call.account(), limit: limit))
            },
            HTTPRoute("GET", "/v1/accounts/{id}/export", scope: .export, operation: "account_export") { [self] call throws(WireFailure) in
                .json(try await backend.export(call.account()))
            },
            HTTPRoute("DELETE", "/v1/accounts/{id}", scope: .erase, operation: "account_erase") { [self] call throws(WireFailure) in
                try decoders.empty(call.body)
                return .json(try await backend.erase(call.account()))
            },
        ]
    }

    // MARK: Policies

    private var policies: [HTTPRoute] {
        [
            HTTPRoute("GET", "/v1/policies", scope: .policies, operation: "policies") { [self] _ in
                .json(await backend.policies())
            },
            HTTPRoute("POST", "/v1/policies/check", scope: .policies, operation: "check") { [self] call throws(WireFailure) in
                .json(await backend.check(try decoders.draft(call.body)))
            },
            HTTPRoute("POST", "/v1/policies/reload", scope: .reload, operation: "reload") { [self] call throws(WireFailure) in
                try decoders.empty(call.body)
                return Self.answer(await backend.reload(), requestID: call.requestID)
            },
        ]
    }

    private static func answer(_ result: ReloadResult, requestID: String) -> HTTPAnswer {
        switch result {
        case .done(let policies):
            return .json { writer in
                writer.openObject()
                writer.key("policies")
                writer.openArray()
                for policy in policies { writer.text(policy) }
                writer.closeArray()
                writer.closeObject()
            }
        case .warming:
            return .json(status: 202) { writer in
                writer.openObject()
                writer.key("status")
                writer.text("warming")
                writer.closeObject()
            }
        case .refused(let message, let diagnostics):
            var answer = ProblemDetails.answer(.badRequest(message), status: 422, requestID: requestID)
            if !diagnostics.isEmpty { answer.body = ProblemDetails.adding("diagnostics", diagnostics, to: answer.body) }
            return answer
        }
    }

    // MARK: Operation

    private var operation: [HTTPRoute] {
        [
            HTTPRoute("GET", "/healthz", scope: nil, operation: "health") { _ in
                .json { writer in
                    writer.openObject()
                    writer.key("status")
                    writer.text("ok")
                    writer.closeObject()
                }
            },
            HTTPRoute("GET", "/readyz", scope: nil, operation: "ready") { [self] _ in Self.answer(await backend.readiness()) },
            HTTPRoute("GET", "/metrics", scope: .metrics, operation: "metrics") { [self] _ in
                metrics.isReady.set(await backend.readiness().isReady ? 1 : 0)
                return HTTPAnswer(contentType: PrometheusText.contentType, body: Array(metrics.registry.text().utf8))
            },
            HTTPRoute("GET", "/openapi.json", scope: nil, operation: "openapi") { _ in .json(Array(OpenAPIText.json.utf8)) },
        ]
    }

    private static func answer(_ readiness: Readiness) -> HTTPAnswer {
        func list(_ texts: [String], _ writer: inout JSONWriter) {
            writer.openArray()
            for text in texts { writer.text(text) }
            writer.closeArray()
        }
        return .json(status: readiness.isReady ? 200 : 503) { writer in
            writer.openObject()
            writer.key("ready")
            writer.bool(readiness.isReady)
            writer.key("faults")
            list(readiness.faults, &writer)
            writer.key("notes")
            list(readiness.notes, &writer)
            writer.key("policies")
            list(readiness.policies, &writer)
            writer.key("waiting")
            writer.integer(readiness.waiting)
            writer.closeObject()
        }
    }
}

/// What a key that belongs to some tenants only may ask.
enum Tenancy {
    static func check(_ request: EngineRequest, _ tenants: Set<String>?) throws(WireFailure) {
        guard let tenants else { return }
        switch request {
        case .decide(let request):
            guard let tenant = request.fields.tenant, tenants.contains(tenant) else {
                throw WireFailure(.notAllowed, "this key needs \"tenant\" to be one of its own")
            }
        case .report, .label, .ping:
            // A decision's id is known only to whom it was given.
            return
        case .event:
            throw WireFailure(.notAllowed, "events name no tenant, and this key belongs to some tenants only")
        }
    }
}
