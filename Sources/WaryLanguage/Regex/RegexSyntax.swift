/// A regular expression's structure, as far as the backtracking analysis needs it.
indirect enum RegexNode {
    /// One character of a set.
    case set(CharacterSet128)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    /// `maximum` nil: without end.
    case repeated(RegexNode, minimum: Int, maximum: Int?, isPossessive: Bool)
    /// Matches without taking characters, or in a way that does not backtrack: anchors, look-arounds, atomic groups.
    case opaque(CharacterSet128, isNullable: Bool)
}

/// ASCII as bits, and one bit for everything else.
struct CharacterSet128: Hashable {
    private var low: UInt64 = 0, high: UInt64 = 0
    private var others = false

    static let all: CharacterSet128 = {
        var set = CharacterSet128()
        set.low = .max
        set.high = .max
        set.others = true
        return set
    }()
    static let digits = CharacterSet128("0"..."9")
    static let words = CharacterSet128("0"..."9").union("a"..."z").union("A"..."Z").union("_"..."_").withOthers()
    static let blanks = CharacterSet128("\t"..."\r").union(" "..." ")

    init() {}

    init(_ range: ClosedRange<Unicode.Scalar>) { insert(range) }

    private func withOthers() -> CharacterSet128 {
        var copy = self
        copy.others = true
        return copy
    }

    var isEmpty: Bool { low == 0 && high == 0 && !others }

    func union(_ range: ClosedRange<Unicode.Scalar>) -> CharacterSet128 { union(CharacterSet128(range)) }

    func union(_ other: CharacterSet128) -> CharacterSet128 {
        var copy = self
        copy.low |= other.low
        copy.high |= other.high
        copy.others = others || other.others
        return copy
    }

    func overlaps(_ other: CharacterSet128) -> Bool { low & other.low != 0 || high & other.high != 0 || (others && other.others) }

    var inverted: CharacterSet128 {
        var copy = self
        copy.low = ~low
        copy.high = ~high
        copy.others = true
        return copy
    }

    mutating func insert(_ range: ClosedRange<Unicode.Scalar>) {
        if range.upperBound.value >= 128 { others = true }
        guard range.lowerBound.value < 128 else { return }
        for value in range.lowerBound.value...min(127, range.upperBound.value) {
            if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
        }
    }

    /// With both cases of each letter.
    var folded: CharacterSet128 {
        var copy = self
        // Bits 65–90 and 97–122 are bits 1–26 and 33–58 of the upper half.
        let letters: UInt64 = 0x07ff_fffe
        copy.high |= (high & letters) << 32 | (high >> 32) & letters
        return copy
    }
}

/// Reads a pattern that PCRE2 has accepted. What it does not know it takes as any characters at all.
struct RegexReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private let isExtended: Bool

    init(_ pattern: String, isExtended: Bool) {
        scalars = Array(pattern.unicodeScalars)
        self.isExtended = isExtended
    }

    mutating func read() -> RegexNode { alternatives() }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        var branches = [sequence()]
        while take("|") { branches.append(sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() -> RegexNode {
        var parts: [RegexNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            if isExtended, scalar.properties.isWhitespace {
                position += 1
            } else if isExtended, scalar == "#" {
                while let rest = next, rest != "\n" { position += 1; _ = rest }
            } else {
                let before = position
                parts.append(quantified(atom()))
                if position == before { position += 1 }
            }
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func quantified(_ atom: RegexNode) -> RegexNode {
        var node = atom
        while let (minimum, maximum) = quantifier() {
            let isPossessive = take("+")
            if !isPossessive { _ = take("?") }
            node = .repeated(node, minimum: minimum, maximum: maximum, isPossessive: isPossessive)
        }
        return node
    }

    private mutating func quantifier() -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{") else { return nil }
        let low = number()
        var high = low
        let hasComma = take(",")
        if hasComma { high = number() }
        guard take("}"), low != nil || (hasComma && high != nil) else {
            position = start
            return nil
        }
        return (low ?? 0, hasComma ? high : low)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next?.value, (48...57).contains(digit) {
            value = min(1_000_000, (value ?? 0) * 10 + Int(digit - 48))
            position += 1
        }
        return value
    }

    private mutating func atom() -> RegexNode {
        guard let scalar = next else { return .opaque(CharacterSet128(), isNullable: true) }
        position += 1
        switch scalar {
        case "(": return group()
        case "[": return .set(characterClass())
        case ".": return .set(.all)
        case "^", "$": return .opaque(CharacterSet128(), isNullable: true)
        case "\\": return escape()
        default: return .set(CharacterSet128(scalar...scalar).folded)
        }
    }

    private mutating func group() -> RegexNode {
        guard depth < 200 else {
            position = scalars.count
            return .opaque(.all, isNullable: true)
        }
        var isOpaque = false
        if take("?") {
            if take("=") || take("!") || take(">") || take("|") || take("#") {
                isOpaque = true
            } else if take("<") || take("P") || take("'") {
                if next == "=" || next == "!" { isOpaque = true }
                while let scalar = next, scalar != ">", scalar != "'", scalar != "=", scalar != "!", scalar != ")" { position += 1 }
                if next != ")" { position += 1 }
            } else {
                while let scalar = next, scalar != ":", scalar != ")" { position += 1 }
                if take(")") { return .opaque(CharacterSet128(), isNullable: true) }
                _ = take(":")
            }
        }
        let inner = alternatives()
        _ = take(")")
        return isOpaque ? .opaque(inner.characters, isNullable: inner.isNullable) : inner
    }

    private mutating func escape() -> RegexNode {
        guard let scalar = next else { return .opaque(CharacterSet128(), isNullable: true) }
        position += 1
        switch scalar {
        case "d": return .set(.digits)
        case "w": return .set(.words)
        case "s", "h", "v", "R": return .set(.blanks)
        case "D": return .set(CharacterSet128.digits.inverted)
        case "W": return .set(CharacterSet128.words.inverted)
        case "S", "H", "V", "N", "X": return .set(scalar == "S" ? CharacterSet128.blanks.inverted : .all)
        case "b", "B", "A", "z", "Z", "G", "K": return .opaque(CharacterSet128(), isNullable: true)
        case "p", "P", "x", "o", "k", "g":
            if take("{") || take("<") { while let rest = next, rest != "}", rest != ">" { position += 1; _ = rest }; position += 1 }
            return .set(.all)
        case "n": return .set(CharacterSet128("\n"..."\n"))
        case "t": return .set(CharacterSet128("\t"..."\t"))
        case "r": return .set(CharacterSet128("\r"..."\r"))
        case "1"..."9": return .opaque(.all, isNullable: true)
        default: return .set(CharacterSet128(scalar...scalar).folded)
        }
    }

    private mutating func characterClass() -> CharacterSet128 {
        let isNegated = take("^")
        var set = CharacterSet128()
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            if scalar == "[", next == ":" {
                while let rest = next, rest != "]" { position += 1; _ = rest }
                position += 1
                set = .all
            } else if scalar == "\\" {
                if case .set(let inner) = escape() { set = set.union(inner) }
            } else if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]", scalars[position + 1] != "\\" {
                let end = scalars[position + 1]
                position += 2
                if scalar <= end { set.insert(scalar...end) }
            } else {
                set.insert(scalar...scalar)
            }
        }
        position += 1
        set = set.folded
        return isNegated ? set.inverted : set
    }
}
