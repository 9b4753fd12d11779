/// Why a request was not carried out. Nothing in it is personal: it may be logged and sent.
public enum AuthError: Error, Sendable, Hashable {
    /// A value sent cannot be accepted: which, and how to mend it.
    case invalid(field: String, problem: String)
    /// The password does not meet the rules.
    case passwordRefused(PasswordProblem)
    /// Signing in, or what was asked, was refused. Never says why: reasons help who should not be helped.
    case denied
    /// No such thing, or not this caller's.
    case notFound(String)
    /// It contradicts what is already so.
    case conflict(String)
    /// Its time is over, or its tries are used up: begin anew.
    case gone(String)
    /// No session, or not a valid one.
    case unauthenticated
    /// RFC 9470: the session is too weak or too old for this; sign in again to these levels within this age.
    case insufficientAuthentication(acr: [String], maxAgeSeconds: Int64?)
    /// Too many of these; try again then.
    case tooMany(retryAfterSeconds: Int64)
    /// A part that is needed does not answer: the engine, the disk, a courier. The request may be repeated.
    case unavailable(String)
    /// What is stored cannot be read: wrong key, or damage. The text names the record's table, never its content.
    case damaged(String)
}
