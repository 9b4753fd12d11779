import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct PasskeyTests {
    private func challenge(_ options: JSONValue) throws -> [UInt8] { try #require(TextForm.bytes(base64URL: options["challenge"]?.text ?? "!")) }

    private func bind(_ soft: SoftAuthenticator, _ bench: Bench, _ person: (token: String, device: String)) async throws -> AuthenticatorSummary {
        let session = try bench.service.session(token: person.token), begun = try bench.service.beginPasskey(session, label: "key")
        let client = soft.clientData("webauthn.create", try challenge(begun.options))
        return try await bench.service.confirmPasskey(session, begun.id, clientData: client, attestation: try soft.attestation(client), transports: ["usb"], bench.context(person.device))
    }

    @Test func aPasskeySignsInWithoutAPassword() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org", password: nil)
        var soft = SoftAuthenticator()
        _ = try await bind(soft, bench, person)
        let account = try bench.account(person.token).id
        bench.engine.answers(.stepUp, [.webauthn, .totp])
        let begun = try bench.service.beginPasskeySignIn(bench.context())
        soft.signCount = 2
        let assertion = try soft.assertion(try challenge(begun.options), userHandle: account)
        let answer = try await bench.service.signIn(passkeyChallenge: begun.id, assertion, bench.context(begun.deviceToken))
        #expect(answer.grant?.session.assurance == .phishingResistant, "a step-up that accepts a passkey is met by it")
        #expect(bench.engine.reports.last?.end == .challengePassed)
        await #expect(throws: AuthError.self, "once") { try await bench.service.signIn(passkeyChallenge: begun.id, assertion, bench.context(begun.deviceToken)) }
    }

    @Test func whateverIsWrongIsDeniedAlike() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), other = try await bench.person("bert")
        let soft = SoftAuthenticator(signCount: 9)
        _ = try await bind(soft, bench, person)
        let changes: [(inout SoftAuthenticator) -> Void] = [{ $0.signCount = 9 }, { $0.signCount = 3 }, { $0.id = SecureRandom.bytes(32) }, { $0.flags = 1 }, { $0.origin = "https://evil.example" }, { $0.key = SoftAuthenticator().key }]
        for change in changes {
            var wrong = SoftAuthenticator(key: soft.key, id: soft.id, signCount: 10)
            change(&wrong)
            let begun = try bench.service.beginPasskeySignIn(bench.context())
            let answer = try await bench.service.signIn(passkeyChallenge: begun.id, try wrong.assertion(try challenge(begun.options)), bench.context(begun.deviceToken))
            #expect(answer.isDenied)
            #expect(bench.engine.questions.last?.fields.credential == .invalid)
        }
        let begun = try bench.service.beginPasskeySignIn(bench.context())
        let right = SoftAuthenticator(key: soft.key, id: soft.id, signCount: 10)
        let mixed = try right.assertion(try challenge(begun.options), userHandle: try bench.account(other.token).id)
        #expect(try await bench.service.signIn(passkeyChallenge: begun.id, mixed, bench.context(begun.deviceToken)).isDenied, "another's user handle")
        let stolen = try bench.service.beginPasskeySignIn(bench.context())
        await #expect(throws: AuthError.self, "on another device") { try await bench.service.signIn(passkeyChallenge: stolen.id, try right.assertion(try challenge(stolen.options)), bench.context()) }
    }

    @Test func aPasskeyIsASecondFactor() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        var soft = SoftAuthenticator()
        _ = try await bind(soft, bench, person)
        bench.engine.answers(.stepUp, [.webauthn])
        let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        guard case .passkey(let options, _) = try await bench.service.startChallenge(offer.id, factor: .webauthn, bench.context(person.device)) else {
            Issue.record("no options")
            return
        }
        #expect(options["allowCredentials"]?.array?.first?["id"]?.text == TextForm.base64URL(soft.id))
        soft.signCount = 2
        soft.flags = 1
        #expect(try await bench.service.answer(offer.id, code: "123456", bench.context(person.device)).left == 4)
        let grant = try #require(try await bench.service.answer(offer.id, passkey: try soft.assertion(try challenge(options)), bench.context(person.device)).grant)
        #expect(grant.session.assurance == .phishingResistant)
    }

    @Test func aPasskeyIsOneAccountsOnly() async throws {
        let bench = try Bench()
        let anna = try await bench.person("anna"), mallory = try await bench.person("mallory"), soft = SoftAuthenticator()
        let bound = try await bind(soft, bench, anna)
        await #expect(throws: AuthError.conflict("this passkey is registered already")) { try await bind(soft, bench, mallory) }
        let session = try bench.service.session(token: anna.token)
        let offer = try await bench.service.beginStepUp(session, bench.context(anna.device))
        guard case .passkey(let options, _) = try await bench.service.startChallenge(offer.id, factor: .webauthn, bench.context(anna.device)) else { return }
        _ = try await bench.service.answer(offer.id, passkey: try SoftAuthenticator(key: soft.key, id: soft.id, signCount: 2).assertion(try challenge(options)), bench.context(anna.device))
        try await bench.service.removeAuthenticator(bound.id, by: try bench.service.session(token: anna.token))
        _ = try await bind(soft, bench, mallory)
    }

    @Test func thePolicyIsToldWhereItWantsToBe() async throws {
        let bench = try Bench()
        bench.engine.state.withLock { $0.inputs = ["passkey_synced", "passkey_counter_back"] }
        let person = try await bench.person("anna"), soft = SoftAuthenticator(flags: 0b1_1101)
        _ = try await bind(soft, bench, person)
        let begun = try bench.service.beginPasskeySignIn(bench.context())
        _ = try await bench.service.signIn(passkeyChallenge: begun.id, try soft.assertion(try challenge(begun.options)), bench.context(begun.deviceToken))
        #expect(bench.engine.questions.last?.fields.inputs == ["passkey_synced": .bool(true), "passkey_counter_back": .bool(true)])
    }
}
