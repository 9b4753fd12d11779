import WaryVocabulary

/// An account of nobody's, read in place of one that is not there, so that looking for either takes as long. No
/// identifier leads to it, and nobody knows its password.
enum Decoy {
    static let id = "decoy"

    static var owner: IdentifierOwner { IdentifierOwner(tenant: "", identifier: Identifier(decoy: "decoy@wary.invalid"), account: id) }

    /// Whom there is no record of.
    static var nobody: IdentifierOwner { IdentifierOwner(tenant: "", identifier: Identifier(decoy: "nobody@wary.invalid"), account: "") }

    /// Puts it there, once.
    /// - Parameter hash: of what nobody knows, so that the record is as long as anybody's.
    static func place(in vault: Vault, hash: String, at now: Instant) throws(AuthError) {
        guard try vault.find(Account.self, id)?.password == nil else { return }
        let address = owner.identifier
        let account = Account(id: id, tenant: "", state: .locked, createdAt: now, identifiers: [.init(identifier: address, verifiedAt: now)], profile: [:],
                              language: "en", mustProveFactor: false, password: StoredPassword(phc: hash, setAt: now, length: 15))
        let mail = Authenticator(account: id, id: "email:\(address.canonical)", factor: .email, label: Masking.masked(address.display), createdAt: now,
                                 lastUsedAt: nil, secret: .message(.email, address: address.display))
        try vault.write { records throws(AuthError) in
            try records.put(owner)
            try records.put(account)
            try records.put(mail)
        }
    }
}
