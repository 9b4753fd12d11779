import WaryVocabulary

/// What operators do to accounts, and not their owners.
extension AuthService {
    /// Locks an account, which ends its sessions, or unlocks it.
    public func setState(_ state: Account.State, of id: String) throws(AuthError) {
        try vault.write { records throws(AuthError) in
            guard var account = try records.find(Account.self, id) else { throw .notFound("account") }
            account.state = state
            try records.put(account)
            if state == .locked { try endSessions(of: id, but: nil, in: records) }
        }
    }

    /// Forgets an account: the record, its identifiers, authenticators, sessions, devices and sign-ins. The identifiers
    /// are free afterwards. What the engine holds is erased by its own call.
    public func erase(account id: String) throws(AuthError) {
        try vault.write { records throws(AuthError) in
            guard let account = try records.find(Account.self, id) else { throw .notFound("account") }
            for own in account.identifiers {
                try records.remove(IdentifierOwner(tenant: account.tenant, identifier: own.identifier, account: id))
            }
            for record in try records.all(Authenticator.self, under: id) { try records.discard(record) }
            for record in try records.all(KnownDevice.self, under: id) { try records.remove(record) }
            for record in try records.all(SignInEntry.self, under: id) { try records.remove(record) }
            try endSessions(of: id, but: nil, in: records)
            try records.remove(account)
        }
    }
}
