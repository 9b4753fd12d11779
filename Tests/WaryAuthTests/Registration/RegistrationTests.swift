import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct RegistrationTests {
    @Test func anAddressThatHasAnAccountLooksLikeOneThatHasNone() async throws {
        let bench = try Bench()
        let anna = try await bench.personByEmail("anna@example.org")
        let again = try await bench.service.register(identifier: "ANNA@example.org", password: "another long phrase", bench.context())
        guard case .verify(let id, _) = again.result else {
            Issue.record("\(again.result)")
            return
        }
        let message = try await bench.mailbox.message(.registrationKnown)
        #expect(!message.text.contains(/\d{6}/))
        guard case .wrong(4) = try await bench.service.verifyRegistration(id, code: "000000", bench.context(again.deviceToken)).result else {
            Issue.record("not wrong")
            return
        }
        #expect(try bench.account(anna.token).email?.canonical == "anna@example.org")
    }

    @Test func aCodeIsForItsDeviceAndFiveGuesses() async throws {
        let bench = try Bench()
        let begun = try await bench.service.register(identifier: "anna@example.org", password: Bench.password, bench.context())
        guard case .verify(let id, _) = begun.result else {
            Issue.record("\(begun.result)")
            return
        }
        let code = try await bench.mailbox.code(.registrationCode)
        await #expect(throws: AuthError.self) { try await bench.service.verifyRegistration(id, code: code, bench.context()) }
        for _ in 0..<5 { _ = try await bench.service.verifyRegistration(id, code: bench.wrong(code), bench.context(begun.deviceToken)) }
        await #expect(throws: AuthError.self) { try await bench.service.verifyRegistration(id, code: code, bench.context(begun.deviceToken)) }
    }

    @Test func thePolicyDecides() async throws {
        let bench = try Bench()
        for (outcome, factors, name, isLet) in [(Outcome.deny, [Factor](), "anna", false), (.stepUp, [.totp], "anna", false), (.stepUp, [.email], "anna", false),
                                                (.stepUp, [.email], "anna@example.org", true), (.stepUp, [.totp], "bert@example.org", false), (.allow, [], "anna", true)] {
            bench.engine.answers(outcome, factors)
            let answer = try await bench.service.register(identifier: name, password: Bench.password, bench.context())
            let isDenied = if case .denied = answer.result { true } else { false }
            #expect(isDenied != isLet, "\(outcome) \(factors) \(name)")
            #expect(bench.engine.questions.last?.event == .registration)
        }
    }

    @Test func passwordsAndNamesAreChecked() async throws {
        let bench = try Bench()
        await #expect(throws: AuthError.passwordRefused(.tooShort)) { try await bench.service.register(identifier: "anna", password: "fourteen chars", bench.context()) }
        await #expect(throws: AuthError.passwordRefused(.ownWords)) { try await bench.service.register(identifier: "annabella", password: "annabella annabella", bench.context()) }
        await #expect(throws: AuthError.self) { try await bench.service.register(identifier: "anna", password: nil, bench.context()) }
        _ = try await bench.person("anna")
        await #expect(throws: AuthError.conflict("the identifier is taken")) { try await bench.service.register(identifier: "Anna", password: Bench.password, bench.context()) }
        #expect(try await bench.personByEmail("anna@example.org", password: nil).token.isEmpty == false)
    }

    @Test func tenantsAreApart() async throws {
        let bench = try Bench()
        _ = try await bench.person("anna")
        _ = try await bench.service.register(identifier: "anna", password: "another long phrase", tenant: "other", bench.context())
        #expect(try await bench.service.signIn(identifier: "anna", password: "another long phrase", bench.context()).isDenied)
        #expect(try await bench.service.signIn(identifier: "anna", password: "another long phrase", tenant: "other", bench.context()).grant?.session.tenant == "other")
    }
}
