import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct SelfServiceTests {
    @Test func aPasswordIsChangedByWhoKnowsIt() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org"), session = try bench.service.session(token: person.token)
        let other = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context()).grant?.token)
        await #expect(throws: AuthError.denied) { try await bench.service.changePassword(session, current: "wrong", to: "another long phrase", bench.context(person.device)) }
        await #expect(throws: AuthError.self) { try await bench.service.changePassword(session, current: nil, to: "another long phrase", bench.context(person.device)) }
        try await bench.service.changePassword(session, current: Bench.password, to: "another long phrase", bench.context(person.device))
        #expect(bench.engine.questions.last?.event == .passwordChanged)
        #expect(try bench.service.session(token: person.token).id == session.id)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: other) }
        _ = try await bench.mailbox.message(.passwordChanged)
        #expect(try await bench.service.signIn(identifier: "anna@example.org", password: "another long phrase", bench.context()).grant != nil)
    }

    @Test func thisWasNotMe() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token), session = try bench.service.session(token: person.token)
        let theirs = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(ip: "198.51.100.9")).grant)
        let entry = try #require(try bench.service.signIns(of: session).first { $0.session == theirs.session.id })
        #expect(entry.ip == "198.51.100.9")
        try await bench.service.disownSignIn(entry.id, by: session)
        #expect(bench.engine.state.withLock { $0.labels } == ["d2": true])
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: theirs.token ?? "") }
        #expect(try bench.service.devices(of: session).map(\.id) == [session.device])
        let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer, "a factor is asked for although the policy allows")
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        #expect(try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)).grant != nil)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant != nil, "once")
    }

    @Test func anErasedAccountLeavesNothing() async throws {
        let bench = try Bench()
        let before = Set(bench.store.contents.keys)
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        _ = try bench.bindTOTP(person.token)
        await #expect(throws: AuthError.self, "not without the factor") { try await bench.service.eraseOwnAccount(session) }
        bench.engine.state.withLock { $0.isDown = true }
        try await bench.service.erase(account: session.account)
        #expect(bench.engine.state.withLock { $0.erased }.isEmpty)
        bench.engine.state.withLock { $0.isDown = false }
        try await bench.service.keepHouse()
        let erased = bench.engine.state.withLock { $0.erased }
        #expect(erased.contains(session.account) && erased.contains { $0.hasPrefix("stranger:") } && erased.count == 2, "what the engine could not forget at once it forgets later")
        bench.pass(365 * 86_400_000)
        try await bench.service.keepHouse()
        #expect(Set(bench.store.contents.keys) == before)
        _ = try await bench.person("anna")
    }

    @Test func theLastFactorBesideAShortPasswordStays() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        var session = try bench.service.session(token: person.token)
        let offer = try await bench.service.beginStepUp(session, bench.context(person.device))
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        _ = try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device))
        session = try bench.service.session(token: person.token)
        try await bench.service.changePassword(session, current: Bench.password, to: "8 charsx", bench.context(person.device))
        let totp = try #require(try bench.service.authenticators(of: session).first)
        let current = session
        await #expect(throws: AuthError.self) { try await bench.service.removeAuthenticator(totp.id, by: current) }
        try await bench.service.changePassword(session, current: "8 charsx", to: "fifteen or more chars", bench.context(person.device))
        try await bench.service.removeAuthenticator(totp.id, by: session)
        #expect(try bench.service.authenticators(of: session).isEmpty)
    }

    @Test func messagesAreInTheirReadersLanguage() async throws {
        let bench = try Bench()
        var context = bench.context()
        context.language = "fr-CA"
        _ = try await bench.service.register(identifier: "anna@example.org", password: Bench.password, context)
        #expect(try await bench.mailbox.message(.registrationCode).subject?.hasPrefix("Votre code") == true)
    }

    @Test func everyMessageHasWordsInBothLanguages() throws {
        let templates = try MessageTemplates()
        for kind in MessageKind.allCases {
            for channel in kind == .pushSignIn ? [OutgoingMessage.Channel.push] : [.email, .sms] {
                let texts = try ["en", "fr"].map { try templates.render(kind, channel, language: $0, ["service": "Wary", "code": "123456\r\nBcc: x", "minutes": "10", "factor": "<b>&", "time": "now", "ip": "::1", "agent": "x"]) }
                #expect(texts[0].text != texts[1].text, "\(kind) \(channel)")
                for (subject, text) in texts {
                    #expect(!text.isEmpty && (channel != .email || !subject.isEmpty))
                    #expect(!subject.contains("\n") && !subject.contains("\r") && !text.contains("\nBcc:"), "\(kind)")
                    #expect(!text.contains("{{") && !text.contains("&lt;"))
                }
            }
        }
    }
}
