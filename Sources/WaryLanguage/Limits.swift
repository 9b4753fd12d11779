/// Every limit of the language, in one place. Raising one costs what its line says.
public struct LanguageLimits: Sendable, Hashable {
    /// Rules in a policy. Evaluation is linear in it: 5 to 30 ns a rule.
    public var rules = 500
    /// Aggregates in a policy. Each is kept for every key that is met: bytes in each profile, time at each event.
    public var aggregates = 64
    /// How deep expressions nest, lets counted in. The checker and the explainer recurse this deep.
    public var expressionDepth = 32
    /// History reads of one decision at worst. Each is a look-up of about 2 µs.
    public var historyReads = 256
    /// Milliseconds that history is kept unless its configuration says otherwise, as `WaryHistory.Limits.retention`: 400 days.
    /// A window may not be longer.
    public var retention: Int64 = 400 * 86_400_000
    /// Included files, however deep. Each is read when the policy loads.
    public var includes = 256
    /// Bytes of one policy text or list file (32 MiB). It is held in memory while it is read.
    public var fileBytes = 32 << 20
    /// Entries of one list. An entry costs about 32 bytes in memory.
    public var listEntries = 2_000_000
    /// Steps that a regular expression may take on one text (PCRE2's match limit): about 5 ms at worst.
    public var regexSteps: UInt32 = 200_000
    /// Tests in a policy, and events that one `given` line may set up: what a reload may spend on them.
    public var tests = 2000
    public var givenEvents: Int64 = 100_000

    /// How deep the parser lets expressions nest, parentheses and signs counted in. A level takes about 2 KiB of its stack.
    static let parserNesting = 100
    /// Tokens that the parser looks through for a closing bracket. Each open bracket may look so far: a broken text costs
    /// their product.
    static let parserLookAhead = 256

    public init() {}

    public static let standard = LanguageLimits()
}
