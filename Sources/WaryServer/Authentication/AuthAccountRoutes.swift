import WaryAuth
import WaryVocabulary

/// Sessions and one's own account.
extension AuthRoutes {
    var sessions: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/tokens", "refresh") { call throws(AuthError) in
                var fields = try call.fields()
                let token = try fields.required("refresh_token")
                try fields.end()
                return try await reply(try service.refresh(token: token), .signed, device: nil)
            },
            AuthRoute("GET", "/v1/sessions", "sessions") { call throws(AuthError) in
                .json(.object(["sessions": .array(try service.sessions(of: try session(call)).map(describe))]))
            },
            AuthRoute("DELETE", "/v1/sessions", "end_other_sessions") { call throws(AuthError) in
                try service.endOthers(than: try session(call))
                return .done
            },
            AuthRoute("GET", "/v1/sessions/current", "session") { call throws(AuthError) in .json(describe(try session(call))) },
            AuthRoute("DELETE", "/v1/sessions/current", "sign_out") { call throws(AuthError) in
                let session = try session(call)
                try service.end(session.id, by: session)
                var reply = HTTPAnswer.done
                reply.headers.append(("Set-Cookie", "\(Self.sessionCookie)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
                return reply
            },
            AuthRoute("POST", "/v1/sessions/current/step-up", "step_up") { call throws(AuthError) in
                var fields = try call.fields()
                let password = try fields.text("password"), context = try end(call, &fields), session = try session(call)
                if let password { return .json(.object(["status": .text("complete"), "session": describe(try await service.prove(session, password: password, context))])) }
                return .json(.object(describe(try await service.beginStepUp(session, context))))
            },
            AuthRoute("DELETE", "/v1/sessions/{id}", "end_session") { call throws(AuthError) in
                try service.end(call.parameter("id"), by: try session(call))
                return .done
            },
        ]
    }

    var ownAccount: [AuthRoute] {
        [
            AuthRoute("GET", "/v1/me", "account") { call throws(AuthError) in .json(.object(describe(try service.overview(try session(call))))) },
            AuthRoute("DELETE", "/v1/me", "erase_own") { call throws(AuthError) in
                try await service.eraseOwnAccount(try session(call))
                return .done
            },
            AuthRoute("GET", "/v1/me/export", "export_own") { call throws(AuthError) in
                let session = try session(call)
                var members = describe(try service.overview(session))
                members["factors"] = .array(try service.authenticators(of: session).map(describe))
                members["sessions"] = .array(try service.sessions(of: session).map(describe))
                members["sign_ins"] = .array(try service.signIns(of: session).map(describe))
                members["devices"] = .array(try service.devices(of: session).map(describe))
                members["history"] = try await service.history(of: session)
                return .json(.object(members))
            },
            AuthRoute("PUT", "/v1/me/password", "change_password") { call throws(AuthError) in
                var fields = try call.fields()
                let current = try fields.text("current"), new = try fields.required("new"), context = try end(call, &fields)
                try await service.changePassword(try session(call), current: current, to: new, context)
                return .done
            },
            AuthRoute("PUT", "/v1/me/language", "set_language") { call throws(AuthError) in
                var fields = try call.fields()
                let language = try fields.required("language")
                try fields.end()
                try service.setLanguage(language, try session(call))
                return .done
            },
            AuthRoute("PUT", "/v1/me/profile/{namespace}", "set_profile") { call throws(AuthError) in
                guard let value = try? StrictJSON.parse(call.body) else { throw .invalid(field: "body", problem: "not JSON") }
                try service.setProfile(value, namespace: call.parameter("namespace"), try session(call))
                return .done
            },
            AuthRoute("DELETE", "/v1/me/profile/{namespace}", "clear_profile") { call throws(AuthError) in
                try service.setProfile(nil, namespace: call.parameter("namespace"), try session(call))
                return .done
            },
            AuthRoute("GET", "/v1/me/sign-ins", "own_sign_ins") { call throws(AuthError) in
                .json(.object(["sign_ins": .array(try service.signIns(of: try session(call)).map(describe))]))
            },
            AuthRoute("POST", "/v1/me/sign-ins/{id}/disown", "disown_sign_in") { call throws(AuthError) in
                try await service.disownSignIn(call.parameter("id"), by: try session(call))
                return .done
            },
        ]
    }

    var devices: [AuthRoute] {
        [
            AuthRoute("GET", "/v1/me/devices", "own_devices") { call throws(AuthError) in
                .json(.object(["devices": .array(try service.devices(of: try session(call)).map(describe))]))
            },
            AuthRoute("DELETE", "/v1/me/devices/{id}", "forget_device") { call throws(AuthError) in
                try service.forgetDevice(call.parameter("id"), by: try session(call))
                return .done
            },
        ]
    }

    var wellKnown: [AuthRoute] {
        [AuthRoute("GET", "/.well-known/jwks.json", "jwks") { _ throws(AuthError) in
            var reply = HTTPAnswer.json(try service.publicKeys())
            reply.contentType = "application/jwk-set+json"
            reply.headers = [("Cache-Control", "public, max-age=3600")]
            return reply
        }]
    }

    var operators: [AuthRoute] {
        [
            AuthRoute("PUT", "/v1/operator/accounts/{id}/state", "set_account_state", forOperators: true) { call throws(AuthError) in
                var fields = try call.fields()
                let text = try fields.required("state")
                try fields.end()
                guard let state = Account.State(rawValue: text) else { throw .invalid(field: "state", problem: "active or locked") }
                try service.setState(state, of: call.parameter("id"))
                return .done
            },
            AuthRoute("DELETE", "/v1/operator/accounts/{id}", "erase_account", forOperators: true) { call throws(AuthError) in
                try await service.erase(account: call.parameter("id"))
                return .done
            },
        ]
    }

    private func describe(_ account: AuthService.Overview) -> [String: AuthJSON] {
        ["id": .text(account.id), "tenant": .text(account.tenant), "created_at": .text(account.createdAt.description), "has_password": .bool(account.hasPassword),
         "language": .text(account.language), "profile": .object(account.profile),
         "identifiers": .array(account.identifiers.map { own in
             .object(["kind": .text(own.identifier.kind.rawValue), "value": .text(own.identifier.display), "verified_at": own.verifiedAt.map { .text($0.description) } ?? .null])
         })]
    }

    private func describe(_ entry: SignInEntry) -> AuthJSON {
        .object(["id": .text(entry.id), "at": .text(entry.at.description), "device": .text(entry.device), "ip": entry.ip.map(AuthJSON.text) ?? .null,
                 "user_agent": entry.agent.map(AuthJSON.text) ?? .null, "amr": .array(entry.methods.map(AuthJSON.text)), "risk": .text(entry.risk.rawValue),
                 "session": .text(entry.session), "disowned": .bool(entry.isDisowned)])
    }

    private func describe(_ device: KnownDevice) -> AuthJSON {
        .object(["id": .text(device.id), "first_seen_at": .text(device.firstSeenAt.description), "last_seen_at": .text(device.lastSeenAt.description),
                 "user_agent": device.agent.map(AuthJSON.text) ?? .null])
    }

    func describe(_ authenticator: AuthenticatorSummary) -> AuthJSON {
        .object(["id": .text(authenticator.id), "factor": .text(authenticator.factor.rawValue), "label": .text(authenticator.label),
                 "created_at": .text(authenticator.createdAt.description), "last_used_at": authenticator.lastUsedAt.map { .text($0.description) } ?? .null,
                 "disabled": .bool(authenticator.isDisabled), "left": authenticator.left.map { .int(Int64($0)) } ?? .null,
                 // NIST SP 800-63B-4, §3.2.9: say so before it is relied on.
                 "restricted": .bool(authenticator.factor == .sms)])
    }
}
