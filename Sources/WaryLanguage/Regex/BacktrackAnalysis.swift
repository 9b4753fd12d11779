/// Says of a pattern whether matching may take exponential time, or a high power of the text's length: a repetition whose
/// body can match one text in several ways, or repetitions of the same characters side by side.
enum BacktrackAnalysis {
    /// From so many repetitions on, a bounded one is as bad as one without end.
    private static let many = 16

    static func mayExplode(_ pattern: String, isExtended: Bool) -> Bool {
        var reader = RegexReader(pattern, isExtended: isExtended)
        return isAmbiguous(reader.read())
    }

    private static func isAmbiguous(_ node: RegexNode) -> Bool {
        switch node {
        case .set, .opaque: return false
        case .alternatives(let parts): return parts.contains(where: isAmbiguous)
        case .sequence(let parts): return parts.contains(where: isAmbiguous) || hasNeighbours(parts)
        case .repeated(let body, _, let maximum, let isPossessive):
            if isPossessive { return false }
            if isAmbiguous(body) { return true }
            return isLong(maximum) && (overlapsItself(body) || hasOverlappingAlternatives(body) || maximum != nil && isOptional(body))
        }
    }

    /// `(a?){20}`: which of the twenty are there is open.
    private static func isOptional(_ body: RegexNode) -> Bool {
        if case .repeated(_, 0, _, false) = body { true } else { false }
    }

    private static func isLong(_ maximum: Int?) -> Bool { maximum.map { $0 >= many } ?? true }

    /// `\d+\d+`: where one ends and the next begins is open.
    private static func hasNeighbours(_ parts: [RegexNode]) -> Bool {
        var open: CharacterSet128?
        for (index, part) in parts.enumerated() {
            if case .repeated(.set(let set), _, let maximum, false) = part, isLong(maximum) {
                // At the end nothing can fail, so nothing is tried again.
                if open == set, index + 1 < parts.count { return true }
                open = set
            } else if !part.isNullable {
                open = nil
            }
        }
        return false
    }

    /// `(a+)+`, `(\w+\s?)*`: the body has a repetition, and nothing that must stand between two of its runs.
    private static func overlapsItself(_ body: RegexNode) -> Bool {
        switch body {
        case .repeated(let inner, let minimum, let maximum, let isPossessive):
            if isPossessive { return false }
            // `(a{1,3})*`: how many each run takes is open.
            return isLong(maximum) || maximum.map { $0 > 1 && $0 != minimum } == true || overlapsItself(inner)
        case .sequence(let parts):
            return parts.indices.contains { index in
                guard let run = longRun(parts[index]) else { return false }
                return parts.indices.allSatisfy { other in
                    other == index || parts[other].isNullable || parts[other].characters.overlaps(run)
                }
            }
        case .alternatives(let parts): return parts.contains(where: overlapsItself)
        case .set, .opaque: return false
        }
    }

    /// The characters of a repetition without end, looked for inside groups that may stand alone.
    private static func longRun(_ node: RegexNode) -> CharacterSet128? {
        switch node {
        case .repeated(let inner, _, let maximum, false): isLong(maximum) ? inner.characters : longRun(inner)
        case .alternatives(let parts): parts.lazy.compactMap(longRun).first
        default: nil
        }
    }

    /// `(a|a)*`, `(\w|\d)*`: one character is matched by two branches.
    private static func hasOverlappingAlternatives(_ body: RegexNode) -> Bool {
        guard case .alternatives(let parts) = body else { return false }
        for (i, a) in parts.enumerated() {
            for b in parts.dropFirst(i + 1) {
                if case .set(let x) = a, case .set(let y) = b, x.overlaps(y) { return true }
                if longRun(a).map(b.characters.overlaps) == true || longRun(b).map(a.characters.overlaps) == true { return true }
            }
        }
        return !isUniquelyDecodable(parts.compactMap(\.literal))
    }

    /// Whether a text that several of these words make up, one after the other, is made up in one way only (Sardinas and
    /// Patterson, 1953): what one word leaves over of another never comes to be a word.
    private static func isUniquelyDecodable(_ words: [[CharacterSet128]]) -> Bool {
        func rest(of long: ArraySlice<CharacterSet128>, after short: ArraySlice<CharacterSet128>) -> ArraySlice<CharacterSet128>? {
            guard short.count <= long.count, zip(short, long).allSatisfy({ $0.overlaps($1) }) else { return nil }
            return long.dropFirst(short.count)
        }
        guard words.allSatisfy({ !$0.isEmpty }) else { return true }
        var open: [ArraySlice<CharacterSet128>] = []
        for (i, a) in words.enumerated() {
            for b in words.dropFirst(i + 1) { open += [rest(of: a[...], after: b[...]), rest(of: b[...], after: a[...])].compactMap { $0 } }
        }
        var seen: [ArraySlice<CharacterSet128>] = []
        while let left = open.popLast() {
            if left.isEmpty { return false }
            if seen.contains(left) || seen.count > 256 { continue }
            seen.append(left)
            for word in words { open += [rest(of: left, after: word[...]), rest(of: word[...], after: left)].compactMap { $0 } }
        }
        return true
    }
}

extension RegexNode {
    /// Every character that it can take.
    var characters: CharacterSet128 {
        switch self {
        case .set(let set), .opaque(let set, _): set
        case .sequence(let parts), .alternatives(let parts): parts.reduce(CharacterSet128()) { $0.union($1.characters) }
        case .repeated(let inner, _, _, _): inner.characters
        }
    }

    /// Whether it can match nothing.
    var isNullable: Bool {
        switch self {
        case .set: false
        case .opaque(_, let isNullable): isNullable
        case .sequence(let parts): parts.allSatisfy(\.isNullable)
        case .alternatives(let parts): parts.contains(where: \.isNullable)
        case .repeated(let inner, let minimum, _, _): minimum == 0 || inner.isNullable
        }
    }

    /// The sets of a plain run of characters; nil for anything else.
    var literal: [CharacterSet128]? {
        switch self {
        case .set(let set): return [set]
        case .sequence(let parts):
            var sets: [CharacterSet128] = []
            for part in parts {
                guard case .set(let set) = part else { return nil }
                sets.append(set)
            }
            return sets
        default: return nil
        }
    }
}
