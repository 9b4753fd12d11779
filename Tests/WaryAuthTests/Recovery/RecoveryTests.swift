import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct RecoveryTests {
    @Test func aCodeToTheAddressSetsANewPassword() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        let begun = try await bench.service.beginRecovery(identifier: "Anna@example.org", bench.context())
        let code = try await bench.mailbox.code(.recoveryCode)
        await #expect(throws: AuthError.self, "on another device") { try await bench.service.answer(begun.offer.id, code: code, bench.context(person.device)) }
        #expect(try await bench.service.answer(begun.offer.id, code: bench.wrong(code), bench.context(begun.deviceToken)).left == 4)
        let token = try #require(try await bench.service.answer(begun.offer.id, code: code, bench.context(begun.deviceToken)).recovery)
        #expect(bench.engine.questions.last?.event == .accountRecovered)
        await #expect(throws: AuthError.passwordRefused(.tooShort)) { try await bench.service.finishRecovery(token: token, password: "short", bench.context(begun.deviceToken)) }
        await #expect(throws: AuthError.self) { try await bench.service.finishRecovery(token: token, password: "another long phrase", bench.context()) }
        try await bench.service.finishRecovery(token: token, password: "another long phrase", bench.context(begun.deviceToken))
        #expect(throws: AuthError.unauthenticated, "all sessions have ended") { try bench.service.session(token: person.token) }
        await #expect(throws: AuthError.self, "once") { try await bench.service.finishRecovery(token: token, password: "another long phrase", bench.context(begun.deviceToken)) }
        #expect(try await bench.service.signIn(identifier: "anna@example.org", password: "another long phrase", bench.context()).grant != nil)
        #expect(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context()).isDenied)
        _ = try await bench.mailbox.message(.accountRecovered)
    }

    @Test func noAccountLooksTheSame() async throws {
        let bench = try Bench()
        let begun = try await bench.service.beginRecovery(identifier: "nobody@example.org", bench.context())
        #expect(begun.offer.factors == [.email] && begun.offer.answersLeft == 5)
        _ = try await bench.mailbox.message(.recoveryUnknown)
        for left in [4, 3, 2, 1, 0] { #expect(try await bench.service.answer(begun.offer.id, code: "000000", bench.context(begun.deviceToken)).left == left) }
        await #expect(throws: AuthError.self) { try await bench.service.answer(begun.offer.id, code: "000000", bench.context(begun.deviceToken)) }
    }

    @Test func themailAloneDoesNotGetPastAFactor() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org"), key = try bench.bindTOTP(person.token)
        let begun = try await bench.service.beginRecovery(identifier: "anna@example.org", bench.context())
        let answer = try await bench.service.answer(begun.offer.id, code: try await bench.mailbox.code(.recoveryCode), bench.context(begun.deviceToken))
        let offer = try #require(answer.offer, "although the policy allowed it")
        #expect(offer.factors == [.totp])
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(begun.deviceToken))
        let token = try #require(try await bench.service.answer(offer.id, code: bench.code(key), bench.context(begun.deviceToken)).recovery)
        try await bench.service.finishRecovery(token: token, password: "another long phrase", bench.context(begun.deviceToken))
    }

    @Test func thePolicyMayRefuse() async throws {
        let bench = try Bench()
        _ = try await bench.personByEmail("anna@example.org")
        bench.engine.answers { $0.event == .accountRecovered ? DecisionVerdict(id: nil, outcome: .deny) : DecisionVerdict(id: nil, outcome: .allow) }
        let begun = try await bench.service.beginRecovery(identifier: "anna@example.org", bench.context())
        #expect(try await bench.service.answer(begun.offer.id, code: try await bench.mailbox.code(.recoveryCode), bench.context(begun.deviceToken)).isDenied)
    }

    @Test func nobodyIsPesteredWithCodes() async throws {
        let bench = try Bench()
        for address in ["nobody@example.org", "anna@example.org"] {
            var sent = 0
            for _ in 0..<10 where (try? await bench.service.beginRecovery(identifier: address, bench.context())) != nil { sent += 1 }
            #expect(sent == 6)
        }
    }
}
