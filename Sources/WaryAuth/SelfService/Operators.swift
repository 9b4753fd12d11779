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
    /// are free afterwards. The engine forgets it, too, with what was tried under its identifiers while they were
    /// nobody's: at once, or as soon as it can.
    public func erase(account id: String) async throws(AuthError) {
        try vault.write { records throws(AuthError) in
            guard let account = try records.find(Account.self, id) else { throw .notFound("account") }
            for own in account.identifiers {
                try records.remove(IdentifierOwner(tenant: account.tenant, identifier: own.identifier, account: id))
                try records.put(PendingErasure(account: stranger(own.identifier, account.tenant)))
            }
            for record in try records.all(Authenticator.self, under: id) { try records.discard(record) }
            for record in try records.all(KnownDevice.self, under: id) { try records.remove(record) }
            for record in try records.all(SignInEntry.self, under: id) { try records.remove(record) }
            try endSessions(of: id, but: nil, in: records)
            try records.remove(account)
            try records.put(PendingErasure(account: id))
        }
        try await carryOutErasures()
    }
}
