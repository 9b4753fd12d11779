import WaryLanguage

/// Learns of the clerk's work, for metrics. It is made and called on the clerk's thread alone, and every request waits for what
/// it does there: it takes no locks.
public protocol ClerkObserver {
    /// These policies are in force from now on; called once at the start, too.
    mutating func use(_ policies: PolicySet)
    /// A request was carried out; whether it is kept is known with its batch.
    mutating func note(_ request: EngineRequest, _ reply: EngineReply, _ judgement: ClerkJudgement?)
    /// A batch is done, and its answers may leave.
    mutating func note(_ batch: ClerkBatch)
}

/// What a decision that is not a what-if rests on.
public struct ClerkJudgement {
    /// The policy's place among those in force.
    public var policy: Int
    public var evaluation: Evaluation
}

/// How one batch went.
public struct ClerkBatch {
    /// When each request's last byte came in.
    public var arrivals: [ContinuousClock.Instant]
    /// When the clerk took it up, when all was carried out, and when it was committed.
    public var begun: ContinuousClock.Instant
    public var carriedOut: ContinuousClock.Instant
    public var committed: ContinuousClock.Instant
    /// The commit failed, and decisions in it are degraded.
    public var hasFailed: Bool
    /// History could not be read or written.
    public var isFaulty: Bool
}
