import WaryVocabulary

extension AuthService {
    /// The live session of an opaque token.
    /// - Throws: `.unauthenticated`.
    public func session(token: String) throws(AuthError) -> Session {
        let now = now(), hash = tokenHash("session", token)
        let session = try vault.read { records throws(AuthError) -> Session in
            guard let own = try records.find(SessionToken.self, hash), own.kind == .session else { throw .unauthenticated }
            return try liveSession(own.account, own.session, at: now, in: records)
        }
        return try touch(session, at: now)
    }

    /// A session by its id, where it is live and its account is not locked.
    func liveSession(_ account: String, _ id: String, at now: Instant, in records: RecordReader) throws(AuthError) -> Session {
        guard let session = try records.find(Session.self, account, id), session.isLive(at: now),
              let owner = try records.find(Account.self, account), owner.state == .active
        else { throw .unauthenticated }
        return session
    }

    private func touch(_ session: Session, at now: Instant) throws(AuthError) -> Session {
        guard now - session.lastUsedAt >= min(limits.sessionTouch, session.idle / 4) else { return session }
        return try vault.write { records throws(AuthError) in
            var present = try liveSession(session.account, session.id, at: now, in: records.records)
            present.lastUsedAt = now
            try records.put(present)
            return present
        }
    }

    /// Changes a refresh token for a new one. A token that was changed before ends the whole session: two hold it, and one
    /// of them is a thief (RFC 9700 §4.14.2).
    public func refresh(token: String) throws(AuthError) -> SessionGrant {
        let now = now(), hash = tokenHash("session", token)
        let grant = try vault.write { records throws(AuthError) -> SessionGrant? in
            guard var own = try records.find(SessionToken.self, hash), own.kind == .refresh else { throw .unauthenticated }
            var session = try liveSession(own.account, own.session, at: now, in: records.records)
            guard !own.isUsed else {
                try records.remove(session)
                return nil
            }
            own.isUsed = true
            session.lastUsedAt = now
            try records.put(own)
            try records.put(session)
            let next = SecureRandom.token()
            try records.put(SessionToken(hash: tokenHash("session", next), kind: .refresh, account: own.account, session: own.session, isUsed: false, ends: own.ends))
            return SessionGrant(session: session, token: nil, refreshToken: next)
        }
        guard let grant else {
            logger.warning("a refresh token was used twice; its session has ended")
            throw .unauthenticated
        }
        return grant
    }

    /// The account's live sessions, the one used last first.
    public func sessions(of session: Session) throws(AuthError) -> [Session] {
        let now = now()
        return try vault.all(Session.self, under: session.account).filter { $0.isLive(at: now) }.sorted { $0.lastUsedAt > $1.lastUsedAt }
    }

    /// Ends one of the account's sessions. Ending one that has ended is fine.
    public func end(_ id: String, by session: Session) throws(AuthError) {
        try vault.write { records throws(AuthError) in
            guard let other = try records.find(Session.self, session.account, id) else { return }
            try records.remove(other)
        }
    }

    /// Ends all of the account's sessions but this one.
    public func endOthers(than session: Session) throws(AuthError) {
        try vault.write { records throws(AuthError) in try endSessions(of: session.account, but: session.id, in: records) }
    }

    /// Their tokens point to nothing afterwards and are swept away in time.
    func endSessions(of account: String, but kept: String?, in records: RecordWriter) throws(AuthError) {
        for session in try records.all(Session.self, under: account) where session.id != kept { try records.remove(session) }
    }

    /// Whether the session is proven well and lately enough (RFC 9470).
    /// - Throws: `.insufficientAuthentication` with what would do.
    public func require(_ session: Session, atLeast assurance: Assurance = .single, maxAgeSeconds: Int64? = nil) throws(AuthError) {
        let isFresh = maxAgeSeconds.map { now() - session.provenAt <= $0 * 1000 } ?? true
        guard session.assurance >= assurance, isFresh else {
            throw .insufficientAuthentication(acr: Assurance.allCases.filter { $0 >= assurance }.map(\.rawValue), maxAgeSeconds: maxAgeSeconds)
        }
    }

    /// What is sensitive needs a fresh proof, and a second factor where the account has one.
    func requireFresh(_ session: Session) throws(AuthError) {
        let has = usableFactors(of: try vault.all(Authenticator.self, under: session.account)).contains { $0 != .email }
        try require(session, atLeast: has ? .restricted : .single, maxAgeSeconds: settings.sessions.freshness / 1000)
    }
}
