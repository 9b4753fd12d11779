import Foundation
import WaryVocabulary

/// Accounts and whose identifiers are whose. Works inside a transaction; who may ask is the caller's business.
struct AccountBook {
    let limits: AuthLimits

    func account(_ id: String, in records: RecordReader) throws(AuthError) -> Account? { try records.find(Account.self, id) }

    func account(named identifier: Identifier, tenant: String, in records: RecordReader) throws(AuthError) -> Account? {
        guard let owner = try records.find(IdentifierOwner.self, IdentifierOwner.key(tenant, identifier)) else { return nil }
        return try records.find(Account.self, owner.account)
    }

    /// Keeps a new account.
    /// - Throws: `.conflict` where one of its identifiers is another's.
    func open(_ account: Account, in records: RecordWriter) throws(AuthError) {
        for own in account.identifiers { try claim(own.identifier, for: account, in: records) }
        try records.put(account)
    }

    /// Adds an identifier, or marks one it has as proven.
    func add(_ identifier: Identifier, verifiedAt: Instant?, to account: inout Account, in records: RecordWriter) throws(AuthError) {
        if let index = account.identifiers.firstIndex(where: { $0.identifier.canonical == identifier.canonical && $0.identifier.kind == identifier.kind }) {
            account.identifiers[index].verifiedAt = verifiedAt ?? account.identifiers[index].verifiedAt
        } else {
            guard account.identifiers.count < limits.identifiers else { throw .conflict("an account has at most \(limits.identifiers) identifiers") }
            try claim(identifier, for: account, in: records)
            account.identifiers.append(.init(identifier: identifier, verifiedAt: verifiedAt))
        }
        try records.put(account)
    }

    /// Takes an identifier away. The last one stays: nobody could sign in any more.
    func remove(_ identifier: Identifier, from account: inout Account, in records: RecordWriter) throws(AuthError) {
        guard let index = account.identifiers.firstIndex(where: { $0.identifier.canonical == identifier.canonical && $0.identifier.kind == identifier.kind })
        else { throw .notFound("identifier") }
        guard account.identifiers.count > 1 else { throw .conflict("the last identifier cannot be taken away; add another first") }
        try records.remove(IdentifierOwner(tenant: account.tenant, identifier: account.identifiers[index].identifier, account: account.id))
        account.identifiers.remove(at: index)
        try records.put(account)
    }

    /// Replaces one namespace of the profile; nil takes it away.
    func setProfile(_ value: JSONValue?, namespace: String, of account: inout Account, in records: RecordWriter) throws(AuthError) {
        guard Self.isName(namespace, limits) else {
            throw .invalid(field: "namespace", problem: "a namespace is 1 to \(limits.nameBytes) letters, digits, '.', '_' and '-'")
        }
        account.profile[namespace] = value
        let size = (try? JSONEncoder().encode(account.profile).count) ?? .max
        guard size <= limits.profileBytes else { throw .invalid(field: "profile", problem: "a profile has at most \(limits.profileBytes) bytes as JSON; this is \(size)") }
        try records.put(account)
    }

    /// Names of tenants and namespaces.
    static func isName(_ text: String, _ limits: AuthLimits) -> Bool {
        (1...limits.nameBytes).contains(text.utf8.count) && text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
        }
    }

    private func claim(_ identifier: Identifier, for account: Account, in records: RecordWriter) throws(AuthError) {
        let owner = IdentifierOwner(tenant: account.tenant, identifier: identifier, account: account.id)
        if let other = try records.records.find(IdentifierOwner.self, owner.key), other.account != account.id {
            throw .conflict("the identifier is taken")
        }
        try records.put(owner)
    }
}
