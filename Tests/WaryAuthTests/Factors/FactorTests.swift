import Crypto
import Foundation
import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct FactorTests {
    /// RFC 6238, appendix B. The secrets are as long as the hash, as its erratum 2866 has it.
    @Test(arguments: [
        (Int64(59), "94287082", "46119246", "90693936"), (1_111_111_109, "07081804", "68084774", "25091201"), (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"), (2_000_000_000, "69279037", "90698825", "38618901"), (20_000_000_000, "65353130", "77737706", "47863826"),
    ])
    func agreesWithTheStandard(_ seconds: Int64, _ sha1: String, _ sha256: String, _ sha512: String) {
        for (algorithm, length, expected) in [(TOTP.Algorithm.sha1, 20, sha1), (.sha256, 32, sha256), (.sha512, 64, sha512)] {
            let secret = Array((0..<length).map { UInt8(48 + ($0 + 1) % 10) })
            let key = TOTP.Key(secret: secret, algorithm: algorithm, digits: 8)
            #expect(TOTP.code(key, step: TOTP.step(at: Instant(milliseconds: seconds * 1000), key)) == expected)
        }
    }

    @Test func aCodeIsGoodOnceAndNearItsTime() {
        let key = TOTP.Key.random(), now = Instant(milliseconds: 1_800_000_015_000), step = TOTP.step(at: now, key)
        for offset in Int64(-3)...3 {
            #expect((TOTP.match(TOTP.code(key, step: step + offset), key, at: now, lastStep: nil) != nil) == (-1...1).contains(offset))
        }
        #expect(TOTP.match(TOTP.code(key, step: step), key, at: now, lastStep: step) == nil)
        #expect(TOTP.match(TOTP.code(key, step: step - 1), key, at: now, lastStep: step) == nil)
        #expect(TOTP.match(TOTP.code(key, step: step + 1), key, at: now, lastStep: step) == step + 1)
        for text in ["", "12345", "1234567", "abcdef", "１２３４５６"] { #expect(TOTP.match(text, key, at: now, lastStep: nil) == nil) }
    }

    @Test func anAppIsBoundOnceItShowsACode() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org"), session = try bench.service.session(token: person.token)
        let offer = try bench.service.beginTOTP(session, label: "my phone")
        #expect(offer.uri == "otpauth://totp/Wary:anna%40example.org?secret=\(offer.secret)&issuer=Wary&algorithm=SHA1&digits=6&period=30")
        let key = TOTP.Key(secret: try #require(TextForm.bytes(base32: offer.secret)))
        await #expect(throws: AuthError.self) { try await bench.service.confirmTOTP(session, offer.id, code: bench.wrong(bench.code(key)), bench.context(person.device)) }
        let bound = try await bench.service.confirmTOTP(session, offer.id, code: bench.code(key), bench.context(person.device))
        #expect(bound.label == "my phone")
        #expect(bench.engine.questions.last?.event == .factorAdded)
        #expect(try await bench.mailbox.message(.factorAdded).text.contains("my phone"))
        await #expect(throws: AuthError.self, "bound once") { try await bench.service.confirmTOTP(session, offer.id, code: bench.code(key), bench.context(person.device)) }
        bench.engine.answers(.stepUp, [.totp])
        let flow = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(flow.id, factor: .totp, bench.context(person.device))
        #expect(try await bench.service.answer(flow.id, code: bench.code(key), bench.context(person.device)).left == 4, "the code that bound it is used up")
        bench.pass(30_000)
        #expect(try await bench.service.answer(flow.id, code: bench.code(key), bench.context(person.device)).grant != nil)
    }

    @Test func bindingNeedsAFreshSessionAndThePolicy() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let offer = try bench.service.beginTOTP(session, label: ""), key = TOTP.Key(secret: try #require(TextForm.bytes(base32: offer.secret)))
        bench.engine.answers(.deny)
        await #expect(throws: AuthError.denied) { try await bench.service.confirmTOTP(session, offer.id, code: bench.code(key), bench.context(person.device)) }
        bench.engine.answers(.stepUp, [.totp])
        await #expect(throws: AuthError.self) { try await bench.service.confirmTOTP(session, offer.id, code: bench.code(key), bench.context(person.device)) }
        #expect(try bench.service.authenticators(of: session).isEmpty)
        bench.pass(601_000)
        #expect(throws: AuthError.insufficientAuthentication(acr: Assurance.allCases.map(\.rawValue), maxAgeSeconds: 600)) { try bench.service.beginTOTP(session, label: "") }
    }

    @Test func recoveryCodesAreGoodOnceEach() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let codes = try await bench.service.makeRecoveryCodes(session, bench.context(person.device))
        #expect(codes.count == 10 && Set(codes).count == 10)
        bench.engine.answers(.stepUp, [.recoveryCode])
        for (code, isGood) in [(codes[3], true), (codes[3], false), (codes[4].lowercased().replacingOccurrences(of: "-", with: " "), true)] {
            let flow = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
            _ = try await bench.service.startChallenge(flow.id, factor: .recoveryCode, bench.context(person.device))
            #expect((try await bench.service.answer(flow.id, code: code, bench.context(person.device)).grant != nil) == isGood)
        }
        #expect(try bench.service.authenticators(of: session).first?.left == 8)
    }

    @Test func sentCodesAreSixDigitsFewAndHashed() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        bench.engine.answers { question in DecisionVerdict(id: nil, outcome: .stepUp, factors: question.fields.factors == nil ? [.email] : [.email]) }
        let flow = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(flow.id, factor: .email, bench.context(person.device))
        let first = try await bench.mailbox.code(.signInCode)
        #expect(try await bench.service.answer(flow.id, code: bench.wrong(first), bench.context(person.device)).left == 4)
        for _ in 0..<2 { _ = try await bench.service.startChallenge(flow.id, factor: .email, bench.context(person.device)) }
        await #expect(throws: AuthError.self) { try await bench.service.startChallenge(flow.id, factor: .email, bench.context(person.device)) }
        #expect(try await bench.service.answer(flow.id, code: first, bench.context(person.device)).left == 3, "a new code voids the one before, and gives no answers back")
        let last = try await bench.mailbox.code(.signInCode)
        for (_, value) in bench.store.contents { #expect(Data(value).range(of: Data(last.utf8)) == nil) }
        #expect(try await bench.service.answer(flow.id, code: last, bench.context(person.device)).grant != nil)
    }

    @Test func anAddressGetsNoMoreThanItsShareOfCodes() async throws {
        let bench = try Bench()
        let person = try await bench.personByEmail("anna@example.org")
        bench.engine.answers(.stepUp, [.email])
        var sent = 0
        for _ in 0..<10 {
            let flow = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).offer)
            if (try? await bench.service.startChallenge(flow.id, factor: .email, bench.context(person.device))) != nil { sent += 1 }
        }
        #expect(sent == 5, "one of the six was spent at registration")
        bench.pass(3_600_001)
        let flow = try #require(try await bench.service.signIn(identifier: "anna@example.org", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(flow.id, factor: .email, bench.context(person.device))
    }

    @Test func aHundredFailuresInARowDisableAnAuthenticator() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), key = try bench.bindTOTP(person.token), session = try bench.service.session(token: person.token)
        bench.engine.answers(.stepUp, [.totp])
        for round in 0..<20 {
            bench.pass(86_400_000 / 4)
            let flow = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer, "round \(round)")
            _ = try await bench.service.startChallenge(flow.id, factor: .totp, bench.context(person.device))
            for _ in 0..<5 { _ = try await bench.service.answer(flow.id, code: bench.wrong(bench.code(key)), bench.context(person.device)) }
        }
        #expect(try bench.service.authenticators(of: session).first?.isDisabled == true)
        #expect(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).isDenied)
    }

    @Test func aPushIsAnsweredWithItsNumberOnTheBoundDevice() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let device = Curve25519.Signing.PrivateKey(), other = Curve25519.Signing.PrivateKey()
        let begun = try bench.service.beginPush(session, label: "phone")
        _ = try await bench.service.confirmPush(session, begun.id, publicKey: Array(device.publicKey.rawRepresentation), handle: "handle-1",
                                                signature: Array(try device.signature(for: PushStatement.binding(nonce: begun.nonce))), bench.context(person.device))
        bench.engine.answers(.stepUp, [.push])
        let flow = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        guard case .number(let number, _) = try await bench.service.startChallenge(flow.id, factor: .push, bench.context(person.device)) else {
            Issue.record("no number")
            return
        }
        let message = try await bench.mailbox.message(.pushSignIn), push = try #require(message.reference)
        #expect(message.address == "handle-1" && !message.text.contains(number))
        func answer(_ number: String, _ key: Curve25519.Signing.PrivateKey) async throws {
            try await bench.service.answerPush(push, number: number, signature: Array(try key.signature(for: PushStatement.answer(push: push, number: number))))
        }
        guard case .waiting = try await bench.service.pollPush(flow.id, bench.context(person.device)) else {
            Issue.record("answered already")
            return
        }
        await #expect(throws: AuthError.denied) { try await answer(number, other) }
        await #expect(throws: AuthError.denied) { try await answer(bench.wrong(number), device) }
        try await answer(number, device)
        await #expect(throws: AuthError.denied, "once") { try await answer(number, device) }
        await #expect(throws: AuthError.self, "another device fetches nothing") { try await bench.service.pollPush(flow.id, bench.context()) }
        #expect(try await bench.service.pollPush(flow.id, bench.context(person.device)).grant?.session.assurance == .two)
    }

    @Test func aRefusedPushEndsTheSignInAndIsFraud() async throws {
        let bench = try Bench()
        let person = try await bench.person("anna"), session = try bench.service.session(token: person.token)
        let device = Curve25519.Signing.PrivateKey()
        let begun = try bench.service.beginPush(session, label: "phone")
        _ = try await bench.service.confirmPush(session, begun.id, publicKey: Array(device.publicKey.rawRepresentation), handle: "h",
                                                signature: Array(try device.signature(for: PushStatement.binding(nonce: begun.nonce))), bench.context(person.device))
        bench.engine.answers(.stepUp, [.push])
        let flow = try #require(try await bench.service.signIn(identifier: "anna", password: Bench.password, bench.context(person.device)).offer)
        _ = try await bench.service.startChallenge(flow.id, factor: .push, bench.context(person.device))
        let push = try #require(try await bench.mailbox.message(.pushSignIn).reference)
        try await bench.service.refusePush(push, signature: Array(try device.signature(for: PushStatement.refusal(push: push))))
        await #expect(throws: AuthError.self) { try await bench.service.pollPush(flow.id, bench.context(person.device)) }
        #expect(bench.engine.state.withLock { $0.labels.values.contains(true) })
    }

    @Test func aQRCodeIsAPictureOfItsText() throws {
        let code = try #require(QRCode("otpauth://totp/Wary:anna?secret=MZXW6YTBOI"))
        #expect(code.svg.hasPrefix("<svg"))
        #expect(code.png().starts(with: [0x89, 0x50, 0x4e, 0x47]))
        #expect(QRCode(String(repeating: "x", count: 5000)) == nil)
    }
}
