import WaryVocabulary

/// What asks history: `distinct(account of login by ip within 5m where …)`.
extension TokenParser {
    /// The parser stands at the parenthesis after the name.
    mutating func aggregate(_ function: Name) -> Expression {
        let opening = advance().range
        let wasRecovering = isRecovering
        isRecovering = false
        var syntax = AggregateSyntax(function: function, field: nil, event: nil, keys: [], extent: nil, condition: nil)
        let isWhole = subject(of: &syntax) && keys(of: &syntax) && extent(of: &syntax)
        if isWhole {
            close(.parenthesisClose, opening)
        } else {
            skipToClose()
        }
        let isUnderstood = !isRecovering
        isRecovering = isRecovering || wasRecovering
        return Expression(isUnderstood ? .aggregate(syntax) : .missing, range(from: function.range))
    }

    /// `[ field of ] event`; `new` has a field and no event.
    private mutating func subject(of syntax: inout AggregateSyntax) -> Bool {
        let what = syntax.function.text == "new" ? "a field, such as device" : "an event or a field, such as login.failed"
        guard let first = path(what, help: example(of: syntax.function.text)) else { return false }
        if take(.of) {
            syntax.field = first
            syntax.event = path("an event, such as login")
            return syntax.event != nil
        }
        if syntax.function.text == "new" { syntax.field = first } else { syntax.event = first }
        return true
    }

    private mutating func keys(of syntax: inout AggregateSyntax) -> Bool {
        guard take(.by) else {
            expected("`by` and a key", help: example(of: syntax.function.text))
            return false
        }
        syntax.keys = names("a key, such as account or ip")
        return !isRecovering
    }

    private mutating func extent(of syntax: inout AggregateSyntax) -> Bool {
        while !at(.parenthesisClose) {
            if take(.within) || takeForeignWithin() {
                guard let window = duration("a window", example: "10m") else { return false }
                if let condition = syntax.condition { report(.syntax, condition.range, "`where` stands after `within`") }
                syntax.extent = .within(milliseconds: window.milliseconds, range: window.range)
            } else if take(.since) {
                guard let event = path("an event, such as login.succeeded") else { return false }
                syntax.extent = .since(event)
            } else if take(.where) {
                syntax.condition = expression()
            } else {
                return reportEnd(of: syntax)
            }
        }
        return true
    }

    /// `over 10m`, `in 10m`, `for 10m`, `last 10m`: other languages' windows.
    private mutating func takeForeignWithin() -> Bool {
        let isForeign = switch current.kind {
        case .keyword(.over), .keyword(.in), .keyword(.for): true
        case .name(let word): word == "last" || word == "during" || nearest(word, among: [.within]) != nil
        default: false
        }
        guard isForeign, case .literal = peek(1).kind else { return false }
        report(.syntax, current.range, "a window follows `within`", replaceBy: "within")
        advance()
        return true
    }

    private mutating func reportEnd(of syntax: AggregateSyntax) -> Bool {
        if case .name(let word) = current.kind, let meant = nearest(word, among: [.within, .since, .where, .by]) {
            report(.syntax, current.range, "expected `\(meant.rawValue)`, found `\(word)`", replaceBy: meant.rawValue)
            isRecovering = true
            return false
        }
        if case .literal(.datum(.duration)) = current.kind {
            report(.syntax, current.range, "a window follows `within`", fix: insertion(" within"))
            isRecovering = true
            return false
        }
        // Nothing that could be a part of it: the closing parenthesis is what is missing.
        if current.isFirstOnLine || isAtEnd || at(.braceClose) || !startsOperand { return true }
        expected("`within`, `since`, `where` or `)`", help: example(of: syntax.function.text))
        return false
    }

    private mutating func skipToClose() {
        var open = 0
        while !isAtEnd, !isAtDeclaration, !at(.braceClose), !at(.braceOpen) {
            if current.isFirstOnLine, let keyword, Keyword.clauses.contains(keyword) { return }
            if at(.parenthesisOpen) { open += 1 }
            if take(.parenthesisClose) {
                if open == 0 { return }
                open -= 1
            } else {
                advance()
            }
        }
    }

    private func example(of function: String) -> String? {
        switch function {
        case "count": "as in: count(login.failed by account within 10m)"
        case "distinct": "as in: distinct(account of login by ip within 5m)"
        case "sum", "avg", "min", "max": "as in: \(function)(amount of transfer by account within 1d)"
        case "last", "first": "as in: \(function)(ip of login by account)"
        case "elapsed": "as in: elapsed(password.changed by account)"
        case "new": "as in: new(device by account within 90d)"
        default: nil
        }
    }
}
