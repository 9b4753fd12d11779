import WaryVocabulary

/// The user agents an account comes with, by what stays the same of them when they are updated: the text without its
/// numbers. So that a browser's next version is not a new client, while an older one, another system or another model is.
struct AgentHabit: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        /// 40 bits of the keyed hash of the text without its numbers.
        var tag: UInt64
        /// The newest versions met, packed so that they compare.
        var browser: UInt32
        var system: UInt32
        /// Days since 1970 at which it was last met.
        var day: UInt16
    }

    private(set) var lines: [Line] = []

    init(lines: [Line] = []) { self.lines = lines }

    mutating func learn(_ fields: EventFields, at: Instant, hash: SipHash) {
        guard let met = Self.line(fields, at: at, hash: hash) else { return }
        if let known = lines.firstIndex(where: { $0.tag == met.tag }) {
            lines[known].browser = max(lines[known].browser, met.browser)
            lines[known].system = max(lines[known].system, met.system)
            lines[known].day = max(lines[known].day, met.day)
            return
        }
        lines.append(met)
        guard lines.count > Limits.agentLines, let oldest = lines.indices.min(by: { lines[$0].day < lines[$1].day }) else { return }
        lines.remove(at: oldest)
    }

    /// Whether it is a known client in the same version or a later one. Never for agents that no expression reads.
    func continues(_ fields: EventFields, hash: SipHash) -> Bool {
        guard let met = Self.line(fields, at: Instant(milliseconds: 0), hash: hash) else { return false }
        return lines.contains { $0.tag == met.tag && met.browser >= $0.browser && met.system >= $0.system }
    }

    private static func line(_ fields: EventFields, at: Instant, hash: SipHash) -> Line? {
        guard let agent = fields.agent, let facts = fields.agentFacts, facts.browser != "Other" else { return nil }
        return Line(tag: hash.hash(withoutNumbers(agent)) >> 24, browser: packed(facts.browserVersion),
                    system: packed(facts.osVersion), day: UInt16(clamping: at.milliseconds / 86_400_000))
    }

    /// Every run of digits, dots and underscores that begins with a digit becomes one `#`.
    private static func withoutNumbers(_ text: String) -> [UInt8] {
        var result: [UInt8] = [], isNumber = false
        for byte in text.utf8 {
            let isDigit = (48...57).contains(byte)
            isNumber = isDigit || (isNumber && (byte == 46 || byte == 95))
            if !isNumber { result.append(byte) } else if result.last != 35 { result.append(35) }
        }
        return result
    }

    /// Major (14 bits), minor and patch (9 bits each).
    private static func packed(_ version: String) -> UInt32 {
        var parts = version.split(separator: ".").prefix(3).map { UInt32($0.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
        while parts.count < 3 { parts.append(0) }
        return min(parts[0], 16_383) << 18 | min(parts[1], 511) << 9 | min(parts[2], 511)
    }
}

/// In words, two a line: tag (40) and day (16); browser (32) and system (32).
extension AgentHabit {
    init(words: some Collection<UInt64>) {
        var iterator = words.makeIterator()
        while let first = iterator.next(), let second = iterator.next() {
            lines.append(Line(tag: first >> 16, browser: UInt32(truncatingIfNeeded: second >> 32),
                              system: UInt32(truncatingIfNeeded: second), day: UInt16(truncatingIfNeeded: first)))
        }
    }

    var words: [UInt64] {
        lines.flatMap { [$0.tag << 16 | UInt64($0.day), UInt64($0.browser) << 32 | UInt64($0.system)] }
    }
}
