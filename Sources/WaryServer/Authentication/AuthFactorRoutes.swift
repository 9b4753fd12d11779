import WaryAuth
import WaryVocabulary

/// One's own factors and addresses.
extension AuthRoutes {
    var factors: [AuthRoute] { listed + apps + passkeys + pushes }

    private var listed: [AuthRoute] {
        [
            AuthRoute("GET", "/v1/me/factors", "factors") { call throws(AuthError) in
                .json(.object(["factors": .array(try service.authenticators(of: try session(call)).map(describe))]))
            },
            AuthRoute("DELETE", "/v1/me/factors/{id}", "remove_factor") { call throws(AuthError) in
                try await service.removeAuthenticator(call.parameter("id"), by: try session(call))
                return .done
            },
            AuthRoute("POST", "/v1/me/recovery-codes", "make_recovery_codes") { call throws(AuthError) in
                var fields = try call.fields()
                let context = try end(call, &fields)
                return .json(.object(["codes": .array(try await service.makeRecoveryCodes(try session(call), context).map(AuthJSON.text))]), status: 201)
            },
        ]
    }

    private var apps: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/me/factors/totp", "begin_totp") { call throws(AuthError) in
                var fields = try call.fields()
                let label = try fields.text("label") ?? "", name = try fields.text("algorithm") ?? "SHA1"
                try fields.end()
                guard let algorithm = TOTP.Algorithm(rawValue: name), algorithm != .sha512 else { throw .invalid(field: "algorithm", problem: "SHA1 or SHA256") }
                let offer = try service.beginTOTP(try session(call), algorithm: algorithm, label: label)
                var members: [String: AuthJSON] = ["id": .text(offer.id), "secret": .text(offer.secret), "uri": .text(offer.uri), "expires_at": .text(offer.expiresAt.description)]
                if let qr = offer.qr {
                    members["qr_svg"] = .text(qr.svg)
                    members["qr_png"] = .text(TextForm.base64URL(qr.png()))
                }
                return .json(.object(members), status: 201)
            },
            AuthRoute("POST", "/v1/me/factors/totp/{id}", "confirm_totp") { call throws(AuthError) in
                var fields = try call.fields()
                let code = try fields.required("code"), context = try end(call, &fields)
                return .json(describe(try await service.confirmTOTP(try session(call), call.parameter("id"), code: code, context)), status: 201)
            },
        ]
    }

    private var passkeys: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/me/factors/passkeys", "begin_passkey") { call throws(AuthError) in
                var fields = try call.fields()
                let label = try fields.text("label") ?? ""
                try fields.end()
                let begun = try service.beginPasskey(try session(call), label: label)
                return .json(.object(["id": .text(begun.id), "options": begun.options]), status: 201)
            },
            AuthRoute("POST", "/v1/me/factors/passkeys/{id}", "confirm_passkey") { call throws(AuthError) in
                // `RegistrationResponseJSON`, of which what is needed.
                var fields = try call.fields()
                guard var credential = try fields.object("credential"), let response = credential.value("response")?.object else { throw .invalid(field: "credential.response", problem: "is needed") }
                let context = try end(call, &fields)
                var members = AuthFields(response, path: "credential.response.")
                let clientData = try members.requiredBytes("clientDataJSON"), attestation = try members.requiredBytes("attestationObject")
                let transports = members.value("transports")?.array?.compactMap(\.text) ?? []
                let bound = try await service.confirmPasskey(try session(call), call.parameter("id"), clientData: clientData, attestation: attestation, transports: transports, context)
                return .json(describe(bound), status: 201)
            },
        ]
    }

    private var pushes: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/me/factors/push", "begin_push") { call throws(AuthError) in
                var fields = try call.fields()
                let label = try fields.text("label") ?? ""
                try fields.end()
                let begun = try service.beginPush(try session(call), label: label)
                return .json(.object(["id": .text(begun.id), "nonce": .text(begun.nonce)]), status: 201)
            },
            AuthRoute("POST", "/v1/me/factors/push/{id}", "confirm_push") { call throws(AuthError) in
                var fields = try call.fields()
                let key = try fields.requiredBytes("public_key"), handle = try fields.required("handle"), signature = try fields.requiredBytes("signature")
                let context = try end(call, &fields)
                let bound = try await service.confirmPush(try session(call), call.parameter("id"), publicKey: key, handle: handle, signature: signature, context)
                return .json(describe(bound), status: 201)
            },
        ]
    }

    var addresses: [AuthRoute] {
        [
            AuthRoute("POST", "/v1/me/identifiers", "begin_identifier") { call throws(AuthError) in
                var fields = try call.fields()
                let identifier = try fields.required("identifier")
                try fields.end()
                return .json(.object(["id": .text(try await service.beginAddress(try session(call), identifier: identifier))]), status: 202)
            },
            AuthRoute("POST", "/v1/me/identifiers/{id}", "confirm_identifier") { call throws(AuthError) in
                var fields = try call.fields()
                let code = try fields.required("code"), context = try end(call, &fields)
                try await service.confirmAddress(try session(call), call.parameter("id"), code: code, context)
                return .done
            },
            AuthRoute("DELETE", "/v1/me/identifiers/{identifier}", "remove_identifier") { call throws(AuthError) in
                try await service.removeIdentifier(call.parameter("identifier"), by: try session(call))
                return .done
            },
        ]
    }
}
