import WaryVocabulary

/// The tests of a policy.
extension TokenParser {
    mutating func test(_ start: SourceRange) -> TestDeclaration {
        let name = text("the name of the test") ?? TextLiteral("", previousEnd)
        isRecovering = false
        var items: [(item: TestDeclaration.Item, range: SourceRange)] = []
        let mistakesBefore = diagnostics.count
        let shape = BlockShape(owner: "the test", item: "a line", words: [.at, .given, .expect],
                               aliases: ["expects": .expect, "assert": .expect, "then": .expect, "setup": .given])
        block(shape) { parser, word in
            let start = parser.advance().range
            if let item = parser.testItem(word) { items.append((item, parser.range(from: start))) }
        } other: { parser in
            // `login { … }`: the event that is tried.
            guard case .name = parser.current.kind, parser.peek(1).kind == .punctuation(.braceOpen) else { return false }
            let start = parser.current.range
            guard let event = parser.path("an event") else { return false }
            let fields = parser.fields()
            items.append((.event(event, fields), parser.range(from: start)))
            return true
        }
        let node = TestDeclaration(name: name, items: items, range: range(from: start))
        reportEvents(of: node, isWhole: diagnostics.count == mistakesBefore)
        return node
    }

    /// Exactly one event is tried.
    private mutating func reportEvents(of test: TestDeclaration, isWhole: Bool) {
        let events = test.items.filter { if case .event = $0.item { true } else { false } }
        if let first = events.first {
            for another in events.dropFirst() {
                report(.test, another.range, "the test tries a second event", help: "what went before is history: given 5m ago …",
                       labels: [.init(range: first.range, text: "the first")])
            }
        } else if isWhole {
            report(.test, test.name.range, "the test tries no event", help: "as in: login { account \"alice\" ip 192.0.2.1 }")
        }
    }

    private mutating func testItem(_ word: Keyword) -> TestDeclaration.Item? {
        switch word {
        case .at: text("a time, such as \"2026-01-01T12:00Z\",").map { .at($0) }
        case .given: given()
        default: expectation().map { .expect($0) }
        }
    }

    private mutating func given() -> TestDeclaration.Item? {
        if take(.history) {
            if !take(.unavailable) {
                expected("`unavailable` after `given history`")
                return nil
            }
            return .historyUnavailable
        }
        if case .literal(.datum(.int)) = current.kind, case .name(let word) = peek(1).kind, Units.alias(word) == nil {
            return givenMany()
        }
        if case .name = current.kind {
            expected("when it happened, or how many times", help: "as in: given 20m ago login.failed { … }, or given 12 login.failed over 8m { … }")
            skipToFields()
            return nil
        }
        guard let ago = duration("how long ago it was", example: "20m") else {
            skipToFields()
            return nil
        }
        if !take(.ago) { expected("`ago`", fix: insertion(" ago")) }
        isRecovering = false
        guard let event = path("the event that happened") else {
            skipToFields()
            return nil
        }
        return .history(.ago(milliseconds: ago.milliseconds, event: event, fields()))
    }

    private mutating func givenMany() -> TestDeclaration.Item? {
        guard let count = integer("how many"), let event = path("the event that happened") else { return nil }
        guard take(.over) else {
            expected("`over` and a duration", help: "as in: given 12 login.failed over 8m { … }")
            skipToFields()
            return nil
        }
        guard let span = duration("the time they took", example: "8m") else {
            skipToFields()
            return nil
        }
        return .history(.repeated(count, event: event, overMilliseconds: span.milliseconds, fields()))
    }

    /// After a mistake before fields: they are read all the same, so that theirs are found and their brace is closed.
    private mutating func skipToFields() {
        while !isAtEnd, !at(.braceOpen), !at(.braceClose), !current.isFirstOnLine { advance() }
        if at(.braceOpen) { _ = fields() }
    }

    private mutating func fields() -> FieldsSyntax {
        let start = current.range
        guard take(.braceOpen) else {
            expected("`{` and the event's fields", help: "as in: { account \"alice\" ip 192.0.2.1 }")
            return FieldsSyntax(fields: [], range: previousEnd)
        }
        isRecovering = false
        var fields: [FieldsSyntax.Field] = []
        while !take(.braceClose) {
            // A name before a brace is the next event.
            var isNextEvent = false
            if case .name = current.kind { isNextEvent = peek(1).kind == .punctuation(.braceOpen) }
            if isAtEnd || isAtDeclaration || at(.given) || at(.expect) || isNextEvent {
                reportUnclosed(start, "the event's fields", fix: " }")
                break
            }
            let before = index
            if case .name = current.kind {
                fields.append(field())
            } else {
                if !isRecovering { expected("a field or `}`", help: "a field is a name and its value, as in: account \"alice\"") }
                advance()
            }
            if index == before { advance() }
        }
        return FieldsSyntax(fields: fields, range: range(from: start))
    }

    private mutating func field() -> FieldsSyntax.Field {
        let start = current.range
        isRecovering = false
        let path = path("a field") ?? Name("", start)
        skipStraySeparator(after: path.text)
        let isEach = take(.each)
        var values: [Expression] = []
        repeat {
            if !values.isEmpty, case .name(let word) = current.kind, case .literal = peek(1).kind {
                let comma = tokens[index - 1].range
                report(.syntax, comma, "no comma stands between fields; `\(word)` is the next one", replaceBy: "")
                break
            }
            values.append(value())
        } while !isRecovering && take(.comma)
        return FieldsSyntax.Field(path: path, isEach: isEach, values: values, range: range(from: start))
    }

    private mutating func expectation() -> TestDeclaration.ExpectSyntax? {
        switch current.kind {
        case .keyword(.because):
            advance()
            return nonempty(names("the name of a rule")).map { .because($0) }
        case .keyword(.score):
            advance()
            return expectedScore().map { .score($0) }
        case .keyword(.unknown):
            advance()
            return nonempty(names("the name of a rule")).map { .unknown($0) }
        case .keyword(.notify):
            advance()
            return nonempty(names("who is notified")).map { .notify($0) }
        case .keyword(.tag):
            advance()
            let tags = texts("a tag")
            return tags.isEmpty ? nil : .tag(tags)
        case .keyword(.degraded):
            advance()
            return .degraded
        case .keyword(.allow), .keyword(.deny), .keyword(.stepUp):
            return expectedOutcome()
        case .name(let word):
            let words: [Keyword] = [.because, .score, .unknown, .notify, .tag, .degraded]
            guard let meant = nearest(word, among: words) else { return expectedOutcome() }
            report(.syntax, current.range, "there is no `expect \(word)`; did you mean `\(meant.rawValue)`?", replaceBy: meant.rawValue)
            advance()
            while !isAtEnd, !current.isFirstOnLine, !at(.braceClose) { advance() }
            return nil
        default:
            expected("what is expected", help: "an outcome, `because`, `score`, `unknown`, `notify`, `tag` or `degraded`")
            return nil
        }
    }

    private func nonempty(_ names: [Name]) -> [Name]? { names.isEmpty ? nil : names }

    private mutating func expectedOutcome() -> TestDeclaration.ExpectSyntax? {
        guard let outcome = outcome(before: [.because]) else { return nil }
        if case .name(let word) = current.kind, !current.isFirstOnLine, nearest(word, among: [.because]) != nil {
            report(.syntax, current.range, "expected `because`, found `\(word)`", replaceBy: "because")
            advance()
            return .outcome(outcome, because: names("the name of a rule"))
        }
        guard take(.because) else { return .outcome(outcome, because: nil) }
        return .outcome(outcome, because: names("the name of a rule"))
    }

    private mutating func expectedScore() -> ClosedRange<Int64>? {
        skipStraySeparator(after: "score")
        guard let low = integer("the score that is expected") else { return nil }
        guard take(.range) else { return low.value...low.value }
        guard let high = integer("the highest score that is expected") else { return nil }
        guard low.value <= high.value else {
            report(.syntax, low.range.through(high.range), "the range ends before it begins",
                   replaceBy: "\(high.value)..\(low.value)")
            return high.value...low.value
        }
        return low.value...high.value
    }
}
