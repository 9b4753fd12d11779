import WaryVocabulary

/// The file, and the declarations that are no blocks of clauses.
extension TokenParser {
    mutating func declarations() -> [Declaration] {
        var declarations: [Declaration] = []
        while !isAtEnd {
            let before = index
            isRecovering = false
            allowsScore = false
            depth = 0
            if isAtDeclaration, let word = keyword {
                if let declaration = declaration(word) { declarations.append(declaration) }
            } else if let word = meantDeclaration() {
                if let declaration = declaration(word) { declarations.append(declaration) }
            } else {
                reportStray()
                skipToDeclaration()
            }
            if index == before { advance() }
        }
        return declarations
    }

    private mutating func declaration(_ word: Keyword) -> Declaration? {
        let start = advance().range
        switch word {
        case .policy: return .policy(policy(start))
        case .include: return include(start).map(Declaration.include)
        case .list: return .list(list(start))
        case .input: return .input(input(start))
        case .let: return .binding(binding(start))
        case .rule: return .rule(rule(start))
        case .decide: return .decide(decide(start))
        case .test: return .test(test(start))
        default: return nil
        }
    }

    /// A misspelt declaration: only at the start of a line, and only where a name, text or brace follows.
    private mutating func meantDeclaration() -> Keyword? {
        let token = current
        guard case .name(let word) = token.kind, token.isFirstOnLine else { return nil }
        let aliases: [String: Keyword] = ["import": .include, "var": .let, "const": .let, "set": .let, "def": .let, "param": .input]
        guard let meant = aliases[word] ?? nearest(word, among: Keyword.declarations) else { return nil }
        report(.syntax, token.range, "there is no `\(word)` at the top of a file; did you mean `\(meant.rawValue)`?", replaceBy: meant.rawValue)
        return meant
    }

    private mutating func reportStray() {
        let words = Keyword.declarations.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        if at(.braceClose) {
            guard !isSpoilt(current.range) else { return }
            report(.syntax, current.range, "nothing is open that `}` could close", replaceBy: "")
        } else if let keyword, Keyword.clauses.contains(keyword) {
            report(.syntax, current.range, "`\(keyword.rawValue)` stands outside of a rule", help: "is a `}` too many before it?")
        } else {
            expected("a declaration", at: current.range, help: "one of \(words)")
        }
    }

    /// To the next word that begins a declaration: at the start of a line, or after a closing brace.
    private mutating func skipToDeclaration() {
        if take(.braceClose) { return }
        var braces = 0
        while !isAtEnd {
            let follows = index > 0 && tokens[index - 1].kind == .punctuation(.braceClose)
            if isAtDeclaration, current.isFirstOnLine || follows { return }
            if at(.braceOpen) { braces += 1 }
            if at(.braceClose), braces > 0 { braces -= 1 }
            if braces == 0, case .name(let word) = current.kind, current.isFirstOnLine,
               nearest(word, among: Keyword.declarations) != nil { return }
            advance()
        }
    }

    /// After a declaration of one line: what remains of it is passed over, reported unless something has been already.
    private mutating func endOfLineDeclaration() {
        guard !isAtEnd, !isAtDeclaration, !current.isFirstOnLine else { return }
        if at(.parenthesisClose) || at(.bracketClose) {
            report(.syntax, current.range, "nothing is open that `\(written(current.range))` could close", replaceBy: "")
            advance()
            return endOfLineDeclaration()
        }
        if !isRecovering { expected("an operator or the next declaration", help: helpForStrayWord) }
        while !isAtEnd, !current.isFirstOnLine, !isAtDeclaration { advance() }
    }

    private mutating func policy(_ start: SourceRange) -> PolicyDeclaration {
        let name = name(of: "the policy")
        let title = title()
        var settings: [(setting: PolicyDeclaration.Setting, range: SourceRange)] = []
        let aliases: [String: Keyword] = ["event": .for, "zone": .timezone, "time_zone": .timezone, "fallback": .onError, "default": .onError]
        let shape = BlockShape(owner: "the policy", item: "a setting", words: Keyword.settings, aliases: aliases)
        block(shape) { parser, word in
            let start = parser.advance().range
            parser.skipStraySeparator(after: word.rawValue)
            if let setting = parser.setting(word) { settings.append((setting, parser.range(from: start))) }
        }
        return PolicyDeclaration(name: name, title: title, settings: settings, range: range(from: start))
    }

    private mutating func setting(_ word: Keyword) -> PolicyDeclaration.Setting? {
        switch word {
        case .for: path("the event that the policy decides, such as login").map { .event($0) }
        case .onError: outcome().map { .onError($0) }
        case .noFactor: outcome().map { .noFactor($0) }
        default: text("the name of a time zone").map { .timeZone($0) }
        }
    }

    mutating func title() -> TextLiteral? {
        guard case .literal(.datum(.text(let value))) = current.kind else { return nil }
        return TextLiteral(value, advance().range)
    }

    private mutating func include(_ start: SourceRange) -> IncludeDeclaration? {
        guard let path = text("the path of the included file") else {
            endOfLineDeclaration()
            return nil
        }
        let node = IncludeDeclaration(path: path, range: range(from: start))
        endOfLineDeclaration()
        return node
    }

    private mutating func list(_ start: SourceRange) -> ListDeclaration {
        let name = name(of: "the list")
        var type = Name("", previousEnd)
        if take(.of) {
            type = path("the type of the list's entries", help: "such as network, ip, asn, country or text") ?? type
        } else {
            expected("`of` and the type of the list's entries", help: "as in: list office of network = [198.51.100.0/24]")
            if at(.assign) || at(.from) { isRecovering = false }
        }
        var source: ListDeclaration.Source?
        if take(.from) {
            source = text("the path of the list's file").map { .file($0) }
        } else if take(.assign) {
            source = listEntries()
        } else if at(.bracketOpen) {
            expected("`=`", fix: insertion(" ="))
            source = listEntries()
        } else if !isRecovering {
            expected("`=` and the entries in brackets, or `from` and a file")
        }
        let node = ListDeclaration(name: name, type: type, source: source, range: range(from: start))
        endOfLineDeclaration()
        return node
    }

    private mutating func listEntries() -> ListDeclaration.Source? {
        guard at(.bracketOpen) || current.isFirstOnLine && !at(.bracketOpen) else {
            let entry = expression()
            report(.syntax, entry.range, "the entries of a list stand in brackets", replaceBy: "[\(written(entry.range))]")
            return .set(Expression(.set([entry]), entry.range))
        }
        let entries = expression()
        if case .set = entries.kind { return .set(entries) }
        return nil
    }

    private mutating func input(_ start: SourceRange) -> InputDeclaration {
        let name = name(of: "the input")
        var type = Name("", previousEnd)
        if take(.of) || take(.assign) {
            report(.syntax, tokens[index - 1].range, "the type of an input follows `:`", replaceBy: ":")
            type = path("the type of the input") ?? type
        } else if take(.colon) {
            type = path("the type of the input", help: "such as int, decimal, text, bool or duration") ?? type
        } else {
            expected("`:` and the type of the input", help: "as in: input typing: decimal from client")
            if case .name = current.kind, !current.isFirstOnLine { type = path("a type") ?? type }
        }
        var isFromClient = false
        var defaultValue: Expression?
        while at(.from) || at(.default) || at(.assign) {
            if take(.from) {
                if take(.client) {
                    isFromClient = true
                } else {
                    expected("`client`", help: "an input comes from the app, unless it is `from client`")
                    if case .name = current.kind { advance() }
                }
            } else {
                if at(.assign) { report(.syntax, current.range, "the default of an input follows `default`", replaceBy: "default") }
                advance()
                defaultValue = value()
                if at(.from) {
                    report(.syntax, current.range, "`from client` stands before `default`")
                }
            }
        }
        let node = InputDeclaration(name: name, type: type, isFromClient: isFromClient, defaultValue: defaultValue, range: range(from: start))
        endOfLineDeclaration()
        return node
    }

    private mutating func binding(_ start: SourceRange) -> LetDeclaration {
        let name = name(of: "the let")
        if !take(.assign) {
            if at(.equal) || at(.colon) {
                report(.syntax, current.range, "the value of a let follows `=`", replaceBy: "=")
                advance()
            } else {
                expected("`=`", help: "as in: let failures = count(login.failed by account within 10m)",
                         fix: current.isFirstOnLine ? nil : insertion(" ="))
            }
        }
        let value = expression()
        let node = LetDeclaration(name: name, value: value, range: range(from: start))
        endOfLineDeclaration()
        return node
    }
}
