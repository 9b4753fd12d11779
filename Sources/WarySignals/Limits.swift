/// Every limit of this module, with its unit and what changing it costs.
enum Limits {
    /// Bytes of one position database. A larger one is refused: each is held in memory whole, twice while it is swapped.
    static let databaseBytes = 2 << 30

    /// Records of a database that are decoded when it is opened, to find damage before traffic does. Each costs about 5 µs.
    static let recordsProbed = 2_000

    /// Bytes of a text taken from a database (a city, a network's name). Longer ones are cut at a character's boundary.
    static let databaseTextBytes = 256

    /// Metres that an accuracy radius may have: half the earth's circumference. Above it the radius is disregarded.
    static let accuracyMetres = 20_037_508.0

    /// Nesting of a decoded record, in levels. Deeper ones are refused as damaged; MaxMind's own use four.
    static let recordDepth = 32

    /// Time zones whose rules are kept ready. Above it the cache starts afresh; there are about 600 names.
    static let timeZones = 1_024

    /// Bytes of a user agent's text that are read. Longer ones are read from their beginning; each byte costs time.
    static let agentBytes = 1_024

    /// Steps one user-agent expression may take on one text. Met only by texts made to be slow; the expression then
    /// counts as not matching.
    static let agentMatchSteps: UInt32 = 20_000

    /// User agents whose reading is remembered; each takes about 500 bytes.
    static let agentsRemembered = 8_192
}
