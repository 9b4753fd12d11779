import WaryVocabulary

/// Numbers with units that are not ours.
extension TokenParser {
    struct ForeignQuantity {
        var number: Double
        var unit: String
        var range: SourceRange
    }

    /// Steps over a number and a unit that is not ours, with or without a blank between; nil, having moved nothing, where
    /// the literal is something else.
    mutating func quantity(_ literal: Literal) -> ForeignQuantity? {
        let start = current.range
        let number: Double
        switch literal {
        case .badQuantity(let number, let unit):
            advance()
            return ForeignQuantity(number: number, unit: unit, range: start)
        case .datum(.int(let value)): number = Double(value)
        case .datum(.decimal(let value)): number = value
        default: return nil
        }
        let next = peek(1)
        guard case .name(let word) = next.kind, !next.isFirstOnLine, !word.contains("."), peek(2).kind != .punctuation(.parenthesisOpen) else {
            return nil
        }
        // A misspelt clause may follow a number on its line.
        guard Units.alias(word) != nil || nearest(word, among: Keyword.clauses + [.and, .or, .up, .otherwise, .unknown, .because]) == nil,
              !Self.wordsOfOtherLanguages.contains(word), Units.alias(word) != nil || !isFollowedByValue else { return nil }
        advance()
        advance()
        return ForeignQuantity(number: number, unit: word, range: range(from: start))
    }

    /// `score 5 weight 3`: a word with a value of its own is a clause that the language has not.
    private var isFollowedByValue: Bool {
        switch peek(2).kind {
        case .literal, .name: !peek(2).isFirstOnLine
        default: false
        }
    }

    private static let wordsOfOtherLanguages: Set<String> = ["then", "else", "if", "end", "do", "upto", "max", "contains", "isnt"]

    mutating func reportUnit(_ quantity: ForeignQuantity) {
        let mended = Units.mended(quantity.number, quantity.unit)
        var message = "`\(quantity.unit)` is no unit"
        var help = Units.help
        if let mended { message += ": write \(mended)" }
        if ["meter", "metre", "meters", "metres", "mtr"].contains(quantity.unit) { help = "there are no metres, since m is minutes: write kilometres" }
        report(.unit, quantity.range, message, help: help, fix: mended.map { .init(range: quantity.range, text: $0) })
    }
}
