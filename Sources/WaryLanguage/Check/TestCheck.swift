import WaryVocabulary

extension PolicyChecker {
    /// A test's clock unless it says `at`.
    static var testClock: Instant { Instant(milliseconds: 1_767_268_800_000) }

    /// E-test: every test has one event and an expectation, and names only what exists.
    mutating func checkTests() {
        for declaration in symbols.tests {
            if let test = test(declaration) { policy.tests.append(test) }
        }
    }

    private mutating func test(_ declaration: TestDeclaration) -> PolicyTest? {
        let before = expressions.diagnostics.count
        let clock = instant(declaration)
        var history: [TestEvent] = []
        var isUnavailable = false
        var attempt: (event: TestEvent, range: SourceRange)?
        var expectations: [(expectation: TestExpectation, range: SourceRange)] = []
        for (item, range) in declaration.items {
            switch item {
            case .at: break
            case .historyUnavailable: isUnavailable = true
            case .history(.ago(let milliseconds, let event, let fields)):
                if let kind = expressions.eventKind(event) {
                    history.append(TestEvent(kind: kind, at: clock - milliseconds, fields: values(fields, count: 1)))
                }
            case .history(.repeated(let count, let event, let milliseconds, let fields)):
                history += repeated(count, event, milliseconds, fields, clock)
            case .event(let name, let fields):
                // The parser has reported a second one.
                if attempt != nil { continue }
                if let event = attemptedEvent(name, fields, clock) { attempt = (event, range) }
            case .expect(let expectation):
                expectations += self.expectations(expectation).map { ($0, range) }
            }
        }
        if expressions.diagnostics.count == before {
            if expectations.isEmpty { report(.test, declaration.name.range, "the test expects nothing", help: "add: expect allow") }
        }
        guard expressions.diagnostics.count == before, let attempt else { return nil }
        let sorted = history.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        return PolicyTest(name: declaration.name.value, range: declaration.name.range, at: clock, isHistoryUnavailable: isUnavailable,
                          history: sorted, attempt: attempt.event, expectations: expectations)
    }

    private mutating func attemptedEvent(_ name: Name, _ fields: FieldsSyntax, _ clock: Instant) -> TestEvent? {
        guard let kind = expressions.eventKind(name) else { return nil }
        if kind != policy.event {
            report(.test, name.range, "the policy decides \(policy.event), and the test tries \(kind)", fix: policy.event.rawValue)
            return nil
        }
        return TestEvent(kind: kind, at: clock, fields: values(fields, count: 1))
    }

    private mutating func instant(_ declaration: TestDeclaration) -> Instant {
        var found: Instant?
        for (item, range) in declaration.items {
            guard case .at(let text) = item else { continue }
            if found != nil { report(.duplicate, range, "the test has a second at") }
            guard let instant = Instant(text.value) else {
                report(.test, text.range, "\(Format.quoted(text.value)) is no instant", help: "write at \"2026-01-01T12:00Z\"")
                continue
            }
            found = found ?? instant
        }
        return found ?? Self.testClock
    }

    private mutating func repeated(_ count: IntegerLiteral, _ name: Name, _ span: Int64, _ fields: FieldsSyntax,
                                   _ clock: Instant) -> [TestEvent] {
        guard count.value >= 1, count.value <= limits.givenEvents else {
            report(.test, count.range, "from 1 to \(limits.givenEvents) events can be given at once")
            return []
        }
        guard let kind = expressions.eventKind(name) else { return [] }
        let before = expressions.diagnostics.count
        var events: [TestEvent] = []
        for number in 1...count.value {
            let values = values(fields, count: number)
            if expressions.diagnostics.count > before { return [] }
            let back = (Double(count.value - number) * Double(span) / Double(count.value)).rounded()
            events.append(TestEvent(kind: kind, at: clock - Int64(back), fields: values))
        }
        return events
    }

    private mutating func expectations(_ syntax: TestDeclaration.ExpectSyntax) -> [TestExpectation] {
        switch syntax {
        case .outcome(let outcome, let because):
            if outcome.outcome != .stepUp, let first = outcome.factors?.first {
                report(.syntax, first.range, "only step_up takes factors")
            }
            return [.outcome(outcome.outcome, factors: outcome.factors.map { factors($0) })] + (because.map { [.because(rules($0, firing: true))] } ?? [])
        case .because(let names): return [.because(rules(names, firing: true))]
        case .score(let range): return [.score(range)]
        case .unknown(let names): return [.unknown(rules(names, firing: false))]
        case .notify(let names): return [.notify(names.map(\.text))]
        case .tag(let texts): return [.tag(texts.map(\.value))]
        case .degraded: return [.degraded]
        }
    }

    private mutating func rules(_ names: [Name], firing: Bool) -> [String] {
        for name in names {
            guard let rule = symbols.rules[name.text] else {
                let meant = Nearest.name(to: name.text, among: symbols.rules.keys.sorted())
                report(.test, name.range, "no rule is called \(name.text)" + (meant.map { "; did you mean \($0)?" } ?? ""), fix: meant)
                continue
            }
            if firing, symbols.ruleDeclarations[rule.index].monitor != nil {
                report(.test, name.range, "\(name.text) is a monitor, and monitors are never among those because",
                       labels: [.init(range: rule.range, text: "declared here")])
            }
        }
        return names.map(\.text)
    }
}
