import WaryAuth
import WaryEngine
import WaryVocabulary

/// Registering, signing in, recovering.
extension AuthRoutes {
    var registration: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/registrations", "register") { call throws(AuthError) in
                var fields = try call.fields()
                let identifier = try fields.required("identifier"), password = try fields.text("password"), tenant = try fields.text("tenant")
                let language = try fields.text("language", atMost: EngineLimits.textBytes), delivery = try delivery(&fields), context = try end(call, &fields)
                let answer = try await service.register(identifier: identifier, password: password, tenant: tenant, language: language, form: delivery.form, context)
                return try await reply(call, answer, delivery)
            },
            AuthRoute("POST", "/v1/registrations/{id}/verification", "verify_registration") { call throws(AuthError) in
                var fields = try call.fields()
                let code = try fields.required("code"), delivery = try delivery(&fields), context = try end(call, &fields)
                return try await reply(call, try await service.verifyRegistration(call.parameter("id"), code: code, context), delivery)
            },
        ]
    }

    private func reply(_ call: AuthCall, _ answer: RegistrationAnswer, _ delivery: Delivery) async throws(AuthError) -> HTTPAnswer {
        switch answer.result {
        case .complete(let grant): return try await reply(grant, delivery, device: answer.deviceToken, status: 201)
        case .verify(let id, let expiresAt):
            var reply = HTTPAnswer.json(.object(["status": .text("verify"), "id": .text(id), "expires_at": .text(expiresAt.description), "device": .text(answer.deviceToken)]), status: 202)
            reply.headers.append(Self.setDevice(answer.deviceToken))
            return reply
        case .wrong(let left): return .wrong(left, requestID: call.requestID)
        case .denied: return denied(call, answer.deviceToken)
        }
    }

    var signIn: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/sign-ins", "sign_in") { call throws(AuthError) in
                var fields = try call.fields()
                let delivery = try delivery(&fields)
                guard var credential = try fields.object("credential") else { throw .invalid(field: "credential", problem: "is needed: {\"password\": …} or {\"passkey\": …}") }
                let answer: SignInAnswer
                if var passkey = try credential.object("passkey") {
                    let challenge = try passkey.required("challenge"), assertion = try Self.assertion(&passkey)
                    try credential.end()
                    let context = try end(call, &fields)
                    answer = try await service.signIn(passkeyChallenge: challenge, assertion, form: delivery.form, context)
                } else {
                    let identifier = try fields.required("identifier"), tenant = try fields.text("tenant"), password = try credential.required("password")
                    try credential.end()
                    let context = try end(call, &fields)
                    answer = try await service.signIn(identifier: identifier, password: password, tenant: tenant, form: delivery.form, context)
                }
                return try await reply(call, answer, delivery)
            },
            AuthRoute("POST", "/v1/passkey-challenges", "begin_passkey_sign_in") { call throws(AuthError) in
                var fields = try call.fields()
                let context = try end(call, &fields), begun = try service.beginPasskeySignIn(context)
                var reply = HTTPAnswer.json(.object(["challenge": .text(begun.id), "options": begun.options, "device": .text(begun.deviceToken)]), status: 201)
                reply.headers.append(Self.setDevice(begun.deviceToken))
                return reply
            },
            AuthRoute("POST", "/v1/sign-ins/{id}/challenges", "challenge_sign_in", challenge),
            AuthRoute("POST", "/v1/sign-ins/{id}/answers", "answer_sign_in", answerFlow),
            AuthRoute("POST", "/v1/pushes/{id}/answer", "answer_push") { call throws(AuthError) in
                var fields = try call.fields()
                let number = try fields.required("number"), signature = try fields.requiredBytes("signature")
                try fields.end()
                try await service.answerPush(call.parameter("id"), number: number, signature: signature)
                return .done
            },
            AuthRoute("POST", "/v1/pushes/{id}/refusal", "refuse_push") { call throws(AuthError) in
                var fields = try call.fields()
                let signature = try fields.requiredBytes("signature")
                try fields.end()
                try await service.refusePush(call.parameter("id"), signature: signature)
                return .done
            },
        ]
    }

    var recovery: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/recoveries", "recover") { call throws(AuthError) in
                var fields = try call.fields()
                let identifier = try fields.required("identifier"), tenant = try fields.text("tenant"), context = try end(call, &fields)
                let begun = try await service.beginRecovery(identifier: identifier, tenant: tenant, context)
                var reply = HTTPAnswer.json(.object(describe(begun.offer).merging(["device": .text(begun.deviceToken)]) { $1 }), status: 202)
                reply.headers.append(Self.setDevice(begun.deviceToken))
                return reply
            },
            AuthRoute("POST", "/v1/recoveries/{id}/challenges", "challenge_recovery", challenge),
            AuthRoute("POST", "/v1/recoveries/{id}/answers", "answer_recovery", answerFlow),
            AuthRoute("PUT", "/v1/recoveries/password", "finish_recovery") { call throws(AuthError) in
                var fields = try call.fields()
                let token = try fields.required("token"), password = try fields.required("password"), context = try end(call, &fields)
                try await service.finishRecovery(token: token, password: password, context)
                return .done
            },
        ]
    }

    private func reply(_ call: AuthCall, _ answer: SignInAnswer, _ delivery: Delivery) async throws(AuthError) -> HTTPAnswer {
        switch answer.result {
        case .complete(let grant): return try await reply(grant, delivery, device: answer.deviceToken)
        case .stepUp(let offer):
            var reply = HTTPAnswer.json(.object(describe(offer).merging(["device": .text(answer.deviceToken)]) { $1 }))
            reply.headers.append(Self.setDevice(answer.deviceToken))
            return reply
        case .denied: return denied(call, answer.deviceToken)
        }
    }

    private var challenge: @Sendable (AuthCall) async throws(AuthError) -> HTTPAnswer {
        { call throws(AuthError) in
            var fields = try call.fields()
            let name = try fields.required("factor"), authenticator = try fields.text("authenticator"), context = try end(call, &fields)
            guard let factor = Factor(rawValue: name) else {
                throw .invalid(field: "factor", problem: "one of \(Factor.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let members: [String: AuthJSON] = switch try await service.startChallenge(call.parameter("id"), factor: factor, authenticator: authenticator, context) {
            case .code: ["status": .text("code")]
            case .sent(let to, let expiresAt): ["status": .text("sent"), "to": .text(to), "expires_at": .text(expiresAt.description)]
            case .number(let number, let expiresAt): ["status": .text("number"), "number": .text(number), "expires_at": .text(expiresAt.description)]
            case .passkey(let options, let expiresAt): ["status": .text("passkey"), "options": options, "expires_at": .text(expiresAt.description)]
            }
            return .json(.object(members), status: 201)
        }
    }

    private var answerFlow: @Sendable (AuthCall) async throws(AuthError) -> HTTPAnswer {
        { call throws(AuthError) in
            var fields = try call.fields()
            let id = call.parameter("id"), delivery = try delivery(&fields)
            let answer: ChallengeAnswer
            if var passkey = try fields.object("passkey") {
                let assertion = try Self.assertion(&passkey), context = try end(call, &fields)
                answer = try await service.answer(id, passkey: assertion, context)
            } else if let code = try fields.text("code") {
                let context = try end(call, &fields)
                answer = try await service.answer(id, code: code, context)
            } else {
                let context = try end(call, &fields)
                answer = try await service.pollPush(id, context)
            }
            switch answer {
            case .complete(let grant): return try await reply(grant, delivery, device: nil)
            case .stepped(let session): return .json(.object(["status": .text("complete"), "session": describe(session)]))
            case .recovered(let token): return .json(.object(["status": .text("recovered"), "token": .text(token)]))
            case .stepUp(let offer): return .json(.object(describe(offer)))
            case .waiting(let left): return .json(.object(["status": .text("waiting"), "answers_left": .int(Int64(left))]), status: 202)
            case .wrong(let left): return .wrong(left, requestID: call.requestID)
            case .denied: throw .denied
            }
        }
    }

    /// `AuthenticationResponseJSON`, of which what is needed.
    static func assertion(_ fields: inout AuthFields) throws(AuthError) -> PasskeyAssertion {
        let id = try fields.requiredBytes("id")
        _ = try fields.text("rawId")
        _ = try fields.text("type")
        _ = try fields.text("authenticatorAttachment")
        _ = fields.value("clientExtensionResults")
        guard var response = try fields.object("response") else { throw .invalid(field: "passkey.response", problem: "is needed") }
        let assertion = PasskeyAssertion(id: id, clientData: try response.requiredBytes("clientDataJSON"), authenticatorData: try response.requiredBytes("authenticatorData"),
                                         signature: try response.requiredBytes("signature"), userHandle: try response.bytes("userHandle"))
        try response.end()
        try fields.end()
        return assertion
    }

    private func denied(_ call: AuthCall, _ device: String) -> HTTPAnswer {
        var reply = HTTPAnswer.problem(.denied, requestID: call.requestID)
        reply.headers.append(Self.setDevice(device))
        return reply
    }
}
