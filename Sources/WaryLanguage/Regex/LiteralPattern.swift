/// Reads a pattern that is nothing but literals side by side: `\b(curl|python-(requests|urllib))\b`. Anything else, a
/// quantifier or a class above all, is left to PCRE2.
struct LiteralPattern {
    /// A literal, and where a word must begin or end.
    struct Literal: Hashable, Sendable {
        var bytes: [UInt8] = []
        var startsAtBoundary = false
        var endsAtBoundary = false

        /// The two one after the other; nil where a boundary would stand in the middle.
        fileprivate func followed(by next: Literal) -> Literal? {
            if bytes.isEmpty, next.bytes.isEmpty {
                return Literal(startsAtBoundary: startsAtBoundary || next.startsAtBoundary)
            }
            if bytes.isEmpty {
                return Literal(bytes: next.bytes, startsAtBoundary: startsAtBoundary || next.startsAtBoundary, endsAtBoundary: next.endsAtBoundary)
            }
            if next.bytes.isEmpty {
                return Literal(bytes: bytes, startsAtBoundary: startsAtBoundary, endsAtBoundary: endsAtBoundary || next.startsAtBoundary)
            }
            if endsAtBoundary || next.startsAtBoundary { return nil }
            return Literal(bytes: bytes + next.bytes, startsAtBoundary: startsAtBoundary, endsAtBoundary: next.endsAtBoundary)
        }
    }

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ pattern: String) { bytes = Array(pattern.utf8) }

    /// The literals of a pattern, all of two or more ASCII bytes; nil where it is more than literals, or too many of them.
    static func literals(of pattern: String, flags: String) -> [Literal]? {
        if flags.contains("x") { return nil }
        var reader = LiteralPattern(pattern)
        guard let literals = reader.alternatives(), reader.position == reader.bytes.count,
              literals.allSatisfy({ $0.bytes.count >= 2 }) else { return nil }
        return literals
    }

    private mutating func alternatives() -> [Literal]? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 16, var all = sequence() else { return nil }
        while position < bytes.count, bytes[position] == UInt8(ascii: "|") {
            position += 1
            guard let more = sequence() else { return nil }
            all += more
            if all.count > Self.most { return nil }
        }
        return all
    }

    private mutating func sequence() -> [Literal]? {
        var all = [Literal()]
        while position < bytes.count, bytes[position] != UInt8(ascii: "|"), bytes[position] != UInt8(ascii: ")") {
            guard let next = item() else { return nil }
            if all.count * next.count > Self.most { return nil }
            var joined: [Literal] = []
            for first in all {
                for second in next {
                    guard let both = first.followed(by: second) else { return nil }
                    joined.append(both)
                }
            }
            all = joined
        }
        return all
    }

    private mutating func item() -> [Literal]? {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "("):
            if bytes[position...].starts(with: "?:".utf8) { position += 2 }
            guard let inner = alternatives(), position < bytes.count, bytes[position] == UInt8(ascii: ")") else { return nil }
            position += 1
            return inner
        case UInt8(ascii: "\\"):
            guard position < bytes.count else { return nil }
            let escaped = bytes[position]
            position += 1
            if escaped == UInt8(ascii: "b") { return [Literal(startsAtBoundary: true)] }
            return escaped < 0x80 && !Self.isWord(escaped) && escaped > 0x20 ? [Literal(bytes: [escaped])] : nil
        case _ where Self.special.contains(byte) || byte < 0x20 || byte >= 0x7f: return nil
        default: return [Literal(bytes: [byte])]
        }
    }

    /// More would be searched for one after the other for longer than PCRE2 takes.
    private static let most = 24
    private static let special = Array(#"^$.[]?*+{}|()\"#.utf8)

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
        default: false
        }
    }
}
