import Foundation
import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct PasswordTests {
    let now = Instant(milliseconds: 1_000)
    let cheap: AuthLimits = {
        var limits = AuthLimits()
        limits.passwordCost = Argon2.Cost(memory: 64, passes: 1, lanes: 1)
        return limits
    }()

    @Test func isHashedAsOWASPAsks() async throws {
        let keeper = try PasswordKeeper(keys: .ephemeral(), limits: .standard)
        let stored = try await keeper.store("a long enough phrase", at: now)
        #expect(stored.phc.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await keeper.verify("a long enough phrase", against: stored))
        #expect(try await !keeper.verify("a long enough phrasf", against: stored))
        #expect(!keeper.isOutdated(stored))
    }

    /// RFC 9106 §5.3 has a secret and associated data, which PHC strings have no place for; this one is the reference
    /// implementation's own (`test.c`: argon2id, t=2, m=2^8, p=1, "password", "somesalt").
    @Test func agreesWithTheReference() {
        let phc = Argon2.hash(Array("password".utf8), cost: .init(memory: 256, passes: 2, lanes: 1), salt: Array("somesalt".utf8))
        #expect(phc == "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
        #expect(Argon2.verify(Array("password".utf8), against: "no hash") == nil)
    }

    @Test func theSamePasswordInAnotherFormIsTheSame() async throws {
        let keeper = try PasswordKeeper(keys: .ephemeral(), limits: cheap)
        let stored = try await keeper.store("caf\u{e9} au lait chaud", at: now)
        #expect(try await keeper.verify("cafe\u{301} au lait chaud", against: stored))
        #expect(stored.length == 18)
        #expect(keeper.fingerprint("caf\u{e9}") == keeper.fingerprint("cafe\u{301}"))
        #expect(keeper.fingerprint("a") != (try PasswordKeeper(keys: .ephemeral(), limits: cheap)).fingerprint("a"))
    }

    @Test func withoutThePepperAHashIsWorthNothing() async throws {
        let stored = try await PasswordKeeper(keys: .ephemeral(), limits: cheap).store("a long enough phrase", at: now)
        #expect(try await !PasswordKeeper(keys: .ephemeral(), limits: cheap).verify("a long enough phrase", against: stored))
        #expect(Argon2.verify(Array("a long enough phrase".utf8), against: stored.phc) == false)
    }

    @Test func anUnknownAccountsPasswordIsNeverRight() async throws {
        let keeper = try PasswordKeeper(keys: .ephemeral(), limits: cheap)
        #expect(try await !keeper.verify("anything at all", against: nil))
        let old = StoredPassword(phc: "$argon2id$v=19$m=64,t=3,p=1$c29tZXNhbHQ$nf65", setAt: now, length: 20)
        #expect(keeper.isOutdated(old))
    }

    @Test(arguments: [
        ("short", false, PasswordProblem.tooShort), ("fourteen chars", false, .tooShort), ("7 chars", true, .tooShort),
        (String(repeating: "kdj3 ", count: 60), false, .tooLong), ("kdjf84hg\u{0}kdjfhg84h", false, .notText), ("aaaaaaaaaaaaaaaaaaaa", false, .repetitive),
        ("abcabcabcabcabcabc", false, .repetitive), ("123456789012345678", false, .repetitive), ("abcdefghijklmnopq", false, .repetitive),
        ("CorrectHorseBatteryStaple", false, .common), ("welcomewelcome2024!", false, .common), ("Password", true, .common), ("hunter2hunter2", true, nil),
        ("anna.miller@example.org", false, .ownWords), ("AnnaMiller1990!!", false, .ownWords), ("anna knows seven rivers", false, nil),
        ("fifteen chars ok", false, nil), ("8 charsx", true, nil), ("žluťoučký kůň úpěl", false, nil), (String(repeating: "kd3 q", count: 12) + "wxyz", false, nil),
    ] as [(String, Bool, PasswordProblem?)])
    func rules(_ password: String, _ hasFactor: Bool, _ problem: PasswordProblem?) {
        let rules = PasswordRules(limits: .standard, blocklist: PasswordBlocklist(["Some Common One"]), breached: nil)
        #expect(rules.problem(with: password, hasSecondFactor: hasFactor, ownWords: ["anna.miller@example.org", "Wary"]) == problem)
    }

    @Test func listsComeFromFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "a file of one line\r\nand another line\n".write(toFile: "\(folder)/list", atomically: true, encoding: .utf8)
        #expect(try PasswordBlocklist(file: "\(folder)/list").contains("A file of one line"))
        #expect(throws: AuthError.self) { try PasswordBlocklist(file: "\(folder)/none") }
        // SHA-1("password") = 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8
        try "003D68EB55068C33ACE09247EE4C639306B:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n".write(toFile: "\(folder)/5BAA6.txt", atomically: true, encoding: .utf8)
        let breached = try BreachedPasswords(folder: folder)
        #expect(breached.contains("password"))
        #expect(!breached.contains("Password"))
        try "1E4C9B93F3F0682250B6CF8331B7EE68FD8:0".write(toFile: "\(folder)/5BAA6", atomically: true, encoding: .utf8)
        #expect(!breached.contains("password"), "a count of 0 is padding")
        #expect(throws: AuthError.self) { try BreachedPasswords(folder: "\(folder)/none") }
    }

    @Test func soManyHashesAtOnceAndNoMore() async throws {
        let gate = HashGate(atOnce: 2, waitingAtMost: 3)
        let counter = Counter()
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await gate.run { counter.enter(); usleep(20_000); counter.leave() }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counter.most <= 2)
        #expect(results.filter { $0 }.count >= 5)
        #expect(results.contains(false))
        #expect(try await gate.run { 7 } == 7)
    }
}

final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var now = 0
    private(set) var most = 0
    func enter() { lock.withLock { now += 1; most = max(most, now) } }
    func leave() { lock.withLock { now -= 1 } }
}
