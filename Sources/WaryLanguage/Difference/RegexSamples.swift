/// Texts that a regular expression may match: candidates only, for whoever then matches them.
enum RegexSamples {
    /// At most this many of one expression.
    private static let limit = 8
    private static let favourites: [Unicode.Scalar] = Array("a1 x0-_./A".unicodeScalars)

    static func texts(of regex: Regex) -> [String] {
        var reader = RegexReader(regex.pattern, isExtended: regex.flags.contains("x"))
        let texts = Array(samples(reader.read()).prefix(limit))
        return texts + texts.prefix(2).map { " \($0) " }
    }

    private static func samples(_ node: RegexNode) -> [String] {
        switch node {
        case .set(let set): character(set).map { [String($0)] } ?? []
        case .opaque: [""]
        case .alternatives(let parts): Array(parts.flatMap { samples($0).prefix(2) }.prefix(limit))
        case .repeated(let body, let minimum, let maximum, _):
            repeated(samples(body), from: minimum, to: maximum)
        case .sequence(let parts):
            parts.reduce([""]) { texts, part in
                let next = samples(part).prefix(limit)
                return Array(texts.flatMap { text in next.map { text + $0 } }.prefix(limit))
            }
        }
    }

    private static func repeated(_ bodies: [String], from minimum: Int, to maximum: Int?) -> [String] {
        guard minimum <= 256, let first = bodies.first else { return minimum == 0 ? [""] : [] }
        if minimum == 0 { return [""] + (maximum == 0 ? [] : [first]) }
        return bodies.map { String(repeating: $0, count: minimum) }
    }

    private static func character(_ set: CharacterSet128) -> Character? {
        let ascii = (Array(0x61...0x7a) + Array(0x20...0x60) + Array(0x7b...0x7e)).compactMap { Unicode.Scalar($0) }
        return (favourites + ascii).first { set.overlaps(CharacterSet128($0...$0)) }.map(Character.init)
    }
}
