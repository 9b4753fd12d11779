import Crypto
import Foundation
import WaryVocabulary

/// A password as it is kept.
struct StoredPassword: Hashable, Sendable, Codable {
    /// The PHC string of the peppered password.
    var phc: String
    var setAt: Instant
    /// In code points; a short one is only good while there is a second factor.
    var length: Int
}

/// Hashes passwords and checks them.
struct PasswordKeeper: Sendable {
    let keys: AuthKeys
    let cost: Argon2.Cost
    let gate: HashGate
    /// What an unknown account's password is compared with, so that it costs the same. Nobody knows its password.
    let decoy: String

    init(keys: AuthKeys, limits: AuthLimits) throws(AuthError) {
        self.keys = keys
        cost = limits.passwordCost
        gate = HashGate(atOnce: limits.hashesAtOnce, waitingAtMost: limits.hashesWaiting)
        guard let decoy = Argon2.hash(SecureRandom.bytes(32), cost: cost, salt: SecureRandom.bytes(16)) else {
            throw .unavailable("there is no memory to hash passwords in")
        }
        self.decoy = decoy
    }

    func store(_ password: String, at now: Instant) async throws(AuthError) -> StoredPassword {
        let input = peppered(password), cost = cost
        guard let phc = try await gate.run({ Argon2.hash(input, cost: cost, salt: SecureRandom.bytes(16)) }) else {
            throw .unavailable("there is no memory to hash passwords in")
        }
        return StoredPassword(phc: phc, setAt: now, length: PasswordRules.normalized(password).unicodeScalars.count)
    }

    /// Whether it is the password. Without a stored one the work is the same and the answer no.
    func verify(_ password: String, against stored: StoredPassword?) async throws(AuthError) -> Bool {
        let input = peppered(password), phc = stored?.phc ?? decoy
        guard let matches = try await gate.run({ Argon2.verify(input, against: phc) }) else {
            throw .unavailable("a password could not be checked")
        }
        return matches && stored != nil
    }

    /// Whether it was hashed at another cost than now, or by another algorithm: then it is hashed anew at sign-in.
    func isOutdated(_ stored: StoredPassword) -> Bool { Argon2.cost(of: stored.phc) != cost }

    /// A keyed fingerprint of a tried password: equal for equal passwords, whoever's they are, and of no use without
    /// the key. Feeds `by credential`, which finds one password tried on many accounts.
    func fingerprint(_ password: String) -> String {
        TextForm.base64URL(keys.code(.credentialTags, PasswordRules.normalized(password)).prefix(16))
    }

    private func peppered(_ password: String) -> [UInt8] { keys.code(.passwordPepper, PasswordRules.normalized(password)) }
}
