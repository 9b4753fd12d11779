import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct SessionTests {
    @Test func refreshingChangesTheTokenAndReuseEndsTheSession() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let answer = try await bench.service.signIn(identifier: "anna", password: Bench.password, form: .signed, bench.context(person.device))
        let first = try #require(answer.grant?.refreshToken)
        #expect(answer.grant?.token == nil)
        let second = try #require(try bench.service.refresh(token: first).refreshToken)
        let third = try #require(try bench.service.refresh(token: second).refreshToken)
        #expect(Set([first, second, third]).count == 3)
        #expect(throws: AuthError.unauthenticated, "a refresh token is no session token") { try bench.service.session(token: third) }
        #expect(throws: AuthError.unauthenticated) { try bench.service.refresh(token: first) }
        #expect(throws: AuthError.unauthenticated, "the whole session has ended") { try bench.service.refresh(token: third) }
        #expect(try bench.service.session(token: person.token).account == answer.grant?.session.account, "another session has not")
    }

    @Test func ofParallelRefreshesOneWinsAndAllAreEnded() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let token = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, form: .signed, bench.context(person.device)).grant?.refreshToken)
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? bench.service.refresh(token: token)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }

    @Test func theRiskierTheShorter() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        for (score, minutes) in [(0, Int64(7 * 24 * 60)), (30, 60), (70, 15)] {
            bench.engine.answers(.allow, score: score)
            let token = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant?.token)
            bench.pass(minutes * 60_000 - 1)
            _ = try bench.service.session(token: token)
            bench.pass(minutes * 60_000)
            #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: token) }
        }
    }

    @Test func anAbsoluteEndIsOneHoweverMuchASessionIsUsed() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        bench.engine.answers(.allow, score: 70)
        let token = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant?.token)
        for _ in 0..<71 {
            bench.pass(600_000)
            _ = try bench.service.session(token: token)
        }
        bench.pass(600_000)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: token) }
    }

    @Test func areListedAndEnded() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let other = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(nil)).grant)
        #expect(try bench.service.sessions(of: session).count == 2)
        try bench.service.end(other.session.id, by: session)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: other.token ?? "") }
        let stranger = try await bench.person("mallory")
        try bench.service.end(session.id, by: try bench.service.session(token: stranger.token))
        #expect(try bench.service.session(token: person.token).id == session.id, "nobody ends another's session")
        for _ in 0..<60 { _ = try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)) }
        #expect(try bench.service.vault.all(Session.self, under: session.account).count == 50)
    }

    @Test func aSignInNeverTakesOverATokenThatWasThere() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let tokens = try await (0..<3).asyncMap { _ in try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant?.token }
        #expect(Set(tokens).count == 3, "each sign-in has a token of its own: there is none to fix")
    }

    @Test func aStepUpMakesASessionStrongerAndFresh() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        let session = try bench.service.session(token: person.token)
        bench.pass(3_600_000)
        #expect(throws: AuthError.insufficientAuthentication(acr: ["urn:wary:acr:2", "urn:wary:acr:3"], maxAgeSeconds: 300)) {
            try bench.service.require(session, atLeast: .two, maxAgeSeconds: 300)
        }
        let offer = try await bench.service.beginStepUp(session, bench.context(person.device))
        #expect(offer.factors == [.totp])
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        guard case .stepped(let stepped) = try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)) else {
            Issue.record("not stepped up")
            return
        }
        #expect(stepped.id == session.id)
        try bench.service.require(stepped, atLeast: .two, maxAgeSeconds: 300)
        await #expect(throws: AuthError.unauthenticated, "a stolen token on another device") { try await bench.service.beginStepUp(session, bench.context()) }
    }

    @Test func aPasswordMakesASessionFreshOnly() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        bench.pass(3_600_000)
        await #expect(throws: AuthError.denied) { try await bench.service.prove(session, password: "wrong", bench.context(person.device)) }
        let fresh = try await bench.service.prove(session, password: Bench.password, bench.context(person.device))
        #expect(fresh.assurance == .single)
        try bench.service.require(fresh, maxAgeSeconds: 60)
        bench.engine.answers(.deny)
        await #expect(throws: AuthError.denied) { try await bench.service.prove(session, password: Bench.password, bench.context(person.device)) }
    }
}

extension Sequence {
    func asyncMap<T>(_ body: (Element) async throws -> T) async throws -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
