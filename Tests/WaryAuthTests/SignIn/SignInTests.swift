import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct SignInTests {
    @Test func aRightPasswordThatThePolicyAllowsIsASession() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let answer = try await bench.service.signIn(identifier: "ANNA", password: Bench.password, bench.context(person.device))
        let session = try bench.service.session(token: try #require(answer.grant?.token))
        #expect(session.assurance == .single)
        #expect(session.methods == ["pwd"])
        #expect(session.account == (try bench.account(person.token)).id)
        #expect(answer.deviceToken == person.device)
        #expect(bench.engine.ends == [.succeeded, .succeeded])
        let question = try #require(bench.engine.questions.last)
        #expect(question.fields.credential == .valid)
        #expect(question.fields.account == session.account)
        #expect(question.fields.credentialTag != nil)
    }

    @Test func whateverIsWrongIsDeniedAlike() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let wrong = try await bench.service.signIn(identifier: "anna", password: "not the password", bench.context(person.device))
        let unknown = try await bench.service.signIn(identifier: "nobody", password: "not the password", bench.context(person.device))
        #expect(wrong.isDenied && unknown.isDenied)
        let questions = bench.engine.questions.suffix(2).map(\.fields)
        #expect(questions.map(\.credential) == [.invalid, .invalid])
        #expect(questions[0].credentialTag == questions[1].credentialTag)
        #expect(questions[1].account.hasPrefix("stranger:") && !questions[1].account.contains("nobody"))
        bench.engine.answers(.deny)
        let refused = try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device))
        #expect(refused.isDenied)
        #expect(bench.engine.questions.last?.fields.credential == .unchecked, "what is refused anyway gets no hash computed")
    }

    @Test func aLockedAccountIsDeniedAlike() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        let id = try bench.account(person.token).id
        try bench.service.setState(.locked, of: id)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).isDenied)
        #expect(throws: AuthError.unauthenticated) { try bench.service.session(token: person.token) }
        #expect(bench.engine.ends.last == .abandoned)
        try bench.service.setState(.active, of: id)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant != nil)
    }

    @Test func aStepUpAsksForAFactorAndChecksIt() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        bench.engine.answers(.stepUp, [.webauthn, .totp, .sms], score: 60)
        let begun = try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device))
        let offer = try #require(begun.offer)
        #expect(offer.factors == [.totp])
        #expect(offer.answersLeft == 5)
        #expect(try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device)) == .code)
        #expect(try await bench.service.answer(offer.id, code: bench.wrong(bench.code(key)), bench.context(person.device)).left == 4)
        let session = try #require(try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)).grant).session
        #expect(session.assurance == .two)
        #expect(session.methods == ["pwd", "otp", "mfa"])
        #expect(session.risk == .high)
        #expect(bench.engine.reports.suffix(2) == [
            DecisionReport(decision: "d2", end: .challengeFailed, factor: .totp, attempt: 1), DecisionReport(decision: "d2", end: .challengePassed, factor: .totp),
        ])
        await #expect(throws: AuthError.self, "single use") { try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)) }
    }

    @Test func withoutAUsableFactorAStepUpIsDenied() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        bench.engine.answers(.stepUp, [.totp, .sms])
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).isDenied)
        #expect(bench.engine.ends.last == .abandoned)
    }

    @Test func eMailIsOfferedOnlyWhereThePolicyNamesIt() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        bench.engine.answers { question in
            // "Any factor": all that the account has, all there are where it is not known.
            DecisionVerdict(id: nil, outcome: .stepUp, factors: (question.fields.factors ?? .all).factors)
        }
        #expect(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).isDenied)
        bench.engine.answers { question in
            DecisionVerdict(id: nil, outcome: .stepUp, factors: [Factor.totp, .email].filter { (question.fields.factors ?? .all).contains($0) })
        }
        let offer = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).offer)
        #expect(offer.factors == [.email])
        guard case .sent(let masked, _) = try await bench.service.startChallenge(offer.id, factor: .email, bench.context(person.device)) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(masked == "a…@example.org")
        let session = try #require(try await bench.service.answer(offer.id, code: try await bench.mailbox.code(.signInCode), bench.context(person.device)).grant).session
        #expect(session.assurance == .emailProof)
    }

    @Test func aFlowBelongsToItsDevice() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        let thief = try await bench.person("mallory")
        bench.engine.answers(.stepUp, [.totp])
        let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        for device in [nil, thief.device, "made up", String(person.device.dropLast()) + "A"] {
            await #expect(throws: AuthError.self) { try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(device)) }
            await #expect(throws: AuthError.self) { try await bench.service.answer(offer.id, code: bench.code(key), bench.context(device)) }
        }
        #expect(try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)).grant != nil, "the thief cost it no answers")
    }

    @Test func aFlowEndsAfterTenMinutesAndAfterFiveAnswers() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        bench.engine.answers(.stepUp, [.totp])
        let late = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(late.id, factor: .totp, bench.context(person.device))
        bench.pass(600_000)
        await #expect(throws: AuthError.self) { try await bench.service.answer(late.id, code: bench.code(key), bench.context(person.device)) }
        try await bench.service.keepHouse()
        #expect(bench.engine.ends.last == .abandoned, "a sign-in that nobody finished is reported")

        let guessed = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(guessed.id, factor: .totp, bench.context(person.device))
        for left in [4, 3, 2, 1, 0] {
            #expect(try await bench.service.answer(guessed.id, code: bench.wrong(bench.code(key)), bench.context(person.device)).left == left)
        }
        await #expect(throws: AuthError.self) { try await bench.service.answer(guessed.id, code: bench.code(key), bench.context(person.device)) }
        #expect(bench.engine.ends.suffix(6) == [.challengeFailed, .challengeFailed, .challengeFailed, .challengeFailed, .challengeFailed, .abandoned])
    }

    @Test func ofParallelRightAnswersOneWins() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        bench.engine.answers(.stepUp, [.totp])
        for _ in 0..<20 {
            bench.pass(90_000)
            let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
            _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
            let code = bench.code(key)
            let wins = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 { group.addTask { (try? await bench.service.answer(offer.id, code: code, bench.context(person.device)))?.grant != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
    }

    @Test func parallelGuessesAreFiveAtMost() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        bench.engine.answers(.stepUp, [.totp])
        let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        let wrong = bench.wrong(bench.code(key))
        let counted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { (try? await bench.service.answer(offer.id, code: wrong, bench.context(person.device)))?.left != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(counted == 5)
    }

    @Test func aReportThatTheEngineDoesNotTakeIsGivenAgain() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token)
        bench.engine.answers(.stepUp, [.totp])
        let offer = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(offer.id, factor: .totp, bench.context(person.device))
        bench.engine.state.withLock { $0.isDown = true }
        #expect(try await bench.service.answer(offer.id, code: bench.code(key), bench.context(person.device)).grant != nil)
        #expect(bench.engine.ends == [.succeeded])
        await #expect(throws: AuthError.self) { try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)) }
        bench.engine.state.withLock { $0.isDown = false }
        bench.pass(10_000)
        try await bench.service.keepHouse()
        try await bench.service.keepHouse()
        #expect(bench.engine.ends == [.succeeded, .challengePassed])
    }

    @Test func anOldHashIsRenewedAtSignIn() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna")
        var account = try bench.account(person.token)
        let old = try #require(Argon2.hash(bench.service.keys.code(.passwordPepper, Bench.password), cost: .init(memory: 64, passes: 3, lanes: 1), salt: Array("saltsaltsaltsalt".utf8)))
        account.password?.phc = old
        let changed = account
        try bench.service.vault.write { records throws(AuthError) in try records.put(changed) }
        #expect(try await bench.service.signIn(identifier: "anna", password: "wrong password!", bench.context(person.device)).isDenied)
        #expect(try bench.account(person.token).password?.phc == old)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant != nil)
        #expect(try bench.account(person.token).password?.phc.contains("t=1") == true)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).grant != nil)
    }

    /// An unknown account and a wrong password cost the same work: as much is asked of the engine, looked up and opened in
    /// the store, and hashed. (`SignInTimingTests` measures the time itself.)
    @Test func anUnknownAccountCostsAsMuchWorkAsAWrongPassword() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        let context = bench.context(person.device)
        func work(_ identifier: String) async throws -> (store: [StoreWitness.Step], questions: [String]) {
            bench.witness.forget()
            bench.engine.state.withLock { $0.questions = [] }
            #expect(try await bench.service.signIn(identifier: identifier, password: "not the password", context).isDenied)
            let questions = bench.engine.state.withLock { $0.questions }.map { "\($0.event) \($0.isWhatIf) \($0.fields.credential)" }
            return (bench.witness.steps.sorted(), questions)
        }
        let known = try await work("anna@example.org"), unknown = try await work("nora@example.org")
        #expect(known.store == unknown.store)
        #expect(known.store.count >= 4)
        #expect(known.questions == unknown.questions)
        #expect(known.questions.count == 2)
        let passwords = bench.service.passwords
        let stored = try #require(try bench.account(person.token).password)
        #expect(Argon2.cost(of: passwords.decoy) == Argon2.cost(of: stored.phc))
        #expect(passwords.decoy.utf8.count == stored.phc.utf8.count)
    }
}
