import WaryLanguage
import WaryVocabulary

/// What may stand at the cursor. The file is most likely broken there, so it is judged by the tokens before.
struct Completion {
    let analysis: Analysis
    let file: SourceFile
    private let offset: Int
    /// Where the word begins that is being written.
    private let start: Int
    /// The tokens before that word.
    private let before: [Token]

    init(_ analysis: Analysis, _ file: SourceFile, at position: JSON) {
        self.analysis = analysis
        self.file = file
        offset = file.offset(position)
        let bytes = Array(file.text.utf8)
        var start = offset
        while start > 0, Self.isWordByte(bytes[start - 1]) { start -= 1 }
        self.start = start
        let from = start
        before = Lexer.tokens(of: file).filter { $0.kind != .end && $0.range.end <= from }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }

    /// The protocol's kinds of items.
    private enum Kind: Int {
        case method = 2, function = 3, field = 5, variable = 6, property = 10, unit = 11, value = 12, keyword = 14, constant = 21, event = 23
    }

    private struct Item {
        var label: String
        var kind: Kind
        var detail = ""
        var help = ""
        var snippet: String?
    }

    func items() -> JSON {
        guard !isInTextOrComment else { return .array([]) }
        let range: JSON = ["start": file.position(atOffset: start), "end": file.position(atOffset: offset)]
        return .array(candidates().enumerated().map { order, item in
            var object: [String: JSON] = [
                "label": .string(item.label), "kind": .int(item.kind.rawValue),
                "sortText": .string(String(String(10_000 + order).dropFirst())),
                "textEdit": ["range": range, "newText": .string(item.snippet ?? item.label)],
                "insertTextFormat": item.snippet == nil ? 1 : 2,
            ]
            if !item.detail.isEmpty { object["detail"] = .string(item.detail) }
            if !item.help.isEmpty { object["documentation"] = ["kind": "markdown", "value": .string(item.help)] }
            return .object(object)
        })
    }

    private var isInTextOrComment: Bool {
        let tokens = Lexer.tokens(of: file)
        if let token = tokens.first(where: { $0.range.start < offset && offset < $0.range.end }) {
            switch token.kind {
            case .literal(.datum(.text)), .regex: return true
            default: return false
            }
        }
        let line = file.lineIndex(at: offset)
        let bytes = Array(file.text.utf8)[file.lineStarts[line]..<offset]
        guard let hash = bytes.lastIndex(of: UInt8(ascii: "#")) else { return false }
        return !tokens.contains { $0.range.start <= hash && hash < $0.range.end }
    }

    // MARK: Where the cursor stands

    /// The declaration whose block is open, and whether the fields of a test's event are.
    private var block: (word: Keyword?, isInFields: Bool) {
        var declaration: Keyword?
        var depth = 0
        for token in before {
            switch token.kind {
            case .keyword(let word) where Keyword.declarations.contains(word) && (depth == 0 || token.isFirstOnLine):
                declaration = word
                depth = 0
            case .punctuation(.braceOpen): depth += 1
            case .punctuation(.braceClose): depth = max(0, depth - 1)
            default: break
            }
            if depth == 0, token.kind == .punctuation(.braceClose) { declaration = nil }
        }
        return depth == 0 ? (nil, false) : (declaration, declaration == .test && depth > 1)
    }

    /// Whether the word begins its line.
    private var isFirstOnLine: Bool {
        guard let last = before.last else { return true }
        return file.lineIndex(at: last.range.end) < file.lineIndex(at: start)
    }

    private var last: Token.Kind? { before.last?.kind }

    private func candidates() -> [Item] {
        let (word, isInFields) = block
        if isInFields { return fields() }
        switch word {
        case .policy: return setting()
        case .rule: return clause()
        case .decide: return decision()
        case .test: return testLine()
        default: return topLevel()
        }
    }

    private func topLevel() -> [Item] {
        if isFirstOnLine, !continuesExpression { return words(Keyword.declarations) }
        switch last {
        case .keyword(.of)?, .punctuation(.colon)?:
            if isInsideParentheses { return expression() }
            return Help.types.map { Item(label: $0, kind: .value) }
        case .keyword(.from)?: return words([.client])
        case .name?, .keyword(.client)?:
            let declaration = before.last { token in
                if case .keyword(let word) = token.kind { Keyword.declarations.contains(word) } else { false }
            }
            if case .keyword(.list)? = declaration?.kind, !isInsideParentheses { return words([.of, .from]) }
            if case .keyword(.input)? = declaration?.kind { return words([.from, .default]) }
            return expression()
        default: return expression()
        }
    }

    /// An operator or an open bracket at the end of the line before.
    private var continuesExpression: Bool {
        switch last {
        case .keyword(.and)?, .keyword(.or)?, .keyword(.not)?, .keyword(.in)?, .punctuation(.assign)?: true
        case .punctuation(let mark)?: ![.braceClose, .bracketClose, .parenthesisClose, .braceOpen].contains(mark)
        default: isInsideParentheses
        }
    }

    private var isInsideParentheses: Bool { openCall != nil }

    /// The function whose parenthesis is open, the empty text for a plain one; nil where none is.
    private var openCall: String? {
        var open: [String] = []
        for (index, token) in before.enumerated() {
            switch token.kind {
            case .punctuation(.parenthesisOpen):
                if index > 0, case .name(let name) = before[index - 1].kind { open.append(name) } else { open.append("") }
            case .punctuation(.parenthesisClose): open = Array(open.dropLast())
            case .punctuation(.braceOpen), .punctuation(.braceClose): open = []
            case .keyword(let word) where Keyword.declarations.contains(word) && token.isFirstOnLine: open = []
            default: break
            }
        }
        return open.last
    }

    private func setting() -> [Item] {
        switch last {
        case .keyword(.for)?: events()
        case .keyword(.onError)?, .keyword(.noFactor)?: words([.allow, .stepUp, .deny])
        case .keyword(.stepUp)?, .punctuation(.comma)?: factors()
        default: words(Keyword.settings)
        }
    }

    private func clause() -> [Item] {
        if isFirstOnLine, !continuesExpression { return words(Keyword.clauses) }
        switch last {
        case .punctuation(.braceOpen)?: return words(Keyword.clauses)
        case .keyword(.unknown)?:
            return before.dropLast().last?.kind == .keyword(.is) ? operators() : words([.skip, .fire, .score])
        case .keyword(.stepUp)?: return factors()
        case .keyword(.notify)?: return ["user", "security"].map { Item(label: $0, kind: .constant) }
        case .keyword(.up)?: return words([.to])
        case .punctuation(.comma)? where clauseWord == .stepUp: return factors()
        case .punctuation(.comma)? where clauseWord == .notify: return ["user", "security"].map { Item(label: $0, kind: .constant) }
        default: return expression()
        }
    }

    /// The word that began the clause.
    private var clauseWord: Keyword? {
        for token in before.reversed() {
            if case .keyword(let word) = token.kind, token.isFirstOnLine, Keyword.clauses.contains(word) { return word }
        }
        return nil
    }

    private func decision() -> [Item] {
        if isFirstOnLine, !continuesExpression { return words([.deny, .stepUp, .allow]) }
        switch last {
        case .keyword(.deny)?, .keyword(.allow)?: return words([.when, .otherwise])
        case .keyword(.stepUp)?: return factors() + words([.when, .otherwise])
        case .punctuation(.comma)? where !isInsideParentheses: return factors()
        case .name? where before.dropLast().last?.kind == .keyword(.stepUp) || before.dropLast().last?.kind == .punctuation(.comma):
            return words([.when, .otherwise])
        default:
            if openCall == "fired" { return rules() }
            return words([.score]) + expression()
        }
    }

    private func testLine() -> [Item] {
        if isFirstOnLine { return words([.given, .expect, .at]) + events() }
        switch last {
        case .keyword(.expect)?: return words([.allow, .stepUp, .deny, .because, .score, .unknown, .notify, .tag, .degraded])
        case .keyword(.because)?, .keyword(.unknown)?, .punctuation(.comma)?: return rules()
        case .keyword(.given)?: return words([.history])
        case .keyword(.history)?: return words([.unavailable])
        case .keyword(.ago)?, .literal(.datum(.int))?: return events()
        case .literal(.datum(.duration))?: return words([.ago])
        case .keyword(.allow)?, .keyword(.deny)?: return words([.because])
        case .keyword(.stepUp)?: return words([.because]) + factors()
        case .name?: return words([.over, .because])
        case .keyword(.notify)?: return ["user", "security"].map { Item(label: $0, kind: .constant) }
        default: return []
        }
    }

    private func fields() -> [Item] {
        let signals = SignalCatalogue.entries.map { Item(label: $0.name, kind: .field, detail: "\($0.type)", help: Help.signal($0)) }
        return signals + analysis.index.names(.input).map { Item(label: $0, kind: .field, detail: "input") }
    }

    // MARK: Expressions

    private func expression() -> [Item] {
        switch last {
        case .keyword(.by)?: return keys()
        case .keyword(.of)?, .keyword(.since)?: return events()
        case .punctuation(.comma)? where isAfterKey: return keys()
        case .keyword(.is)?: return words([.known, .unknown])
        case .keyword(.in)?: return lists() + operands()
        case .punctuation(.parenthesisOpen)?:
            if let call = openCall, AggregateDefinition.Function(rawValue: call) != nil { return events() + keys() + operands() }
            return openCall == "fired" ? rules() : operands()
        case .name?, .literal?, .regex?, .punctuation(.parenthesisClose)?, .punctuation(.bracketClose)?, .keyword(.true)?, .keyword(.false)?:
            return operators()
        case .keyword(.known)?: return operators()
        default: return operands()
        }
    }

    private var isAfterKey: Bool {
        guard isInsideParentheses else { return false }
        return before.suffix(4).contains { $0.kind == .keyword(.by) }
    }

    private func operators() -> [Item] {
        if let call = openCall, AggregateDefinition.Function(rawValue: call) != nil { return words([.of, .by, .within, .since, .where]) }
        return words([.and, .or, .in, .matches, .is, .between, .not, .up])
    }

    private func operands() -> [Item] {
        let bindings = analysis.index.names(.binding).map { Item(label: $0, kind: .variable, detail: "let") }
        let inputs = analysis.index.names(.input).map { Item(label: $0, kind: .variable, detail: "input") }
        let signals = SignalCatalogue.entries.map { Item(label: $0.name, kind: .property, detail: "\($0.type)", help: Help.signal($0)) }
        let functions = Help.functions.sorted { $0.key < $1.key }.map { name, help in
            Item(label: name, kind: .function, detail: help.signature, help: help.text, snippet: help.snippet)
        }
        return bindings + inputs + signals + functions + words([.not, .true, .false])
    }

    private func lists() -> [Item] { analysis.index.names(.list).map { Item(label: $0, kind: .variable, detail: "list") } }

    private func rules() -> [Item] { analysis.index.names(.rule).map { Item(label: $0, kind: .method, detail: "rule") } }

    private func keys() -> [Item] { KeyKind.allCases.map { Item(label: $0.rawValue, kind: .field, detail: "key") } }

    private func events() -> [Item] { EventKind.wellKnown.map { Item(label: $0.rawValue, kind: .event, detail: "event") } }

    private func factors() -> [Item] { Factor.allCases.map { Item(label: $0.rawValue, kind: .constant, detail: "factor") } }

    private func words(_ keywords: [Keyword]) -> [Item] {
        keywords.map { Item(label: $0.rawValue, kind: .keyword, help: Help.keywords[$0] ?? "") }
    }
}
