import WaryLanguage

/// A tree without its layout, as text: two policies with the same shape mean the same.
func shape(_ tree: SyntaxTree) -> [String] { tree.declarations.map(shape) }

private func shape(_ declaration: Declaration) -> String {
    switch declaration {
    case .policy(let node):
        "policy \(node.name.text) \(title(node.title)) " + node.settings.map { shape($0.setting) }.joined(separator: "; ")
    case .include(let node): "include \(node.path.value.debugDescription)"
    case .list(let node): "list \(node.name.text) of \(node.type.text) " + shape(node.source)
    case .input(let node):
        "input \(node.name.text): \(node.type.text) client \(node.isFromClient) default \(node.defaultValue.map(describe) ?? "none")"
    case .binding(let node): "let \(node.name.text) = \(describe(node.value))"
    case .rule(let node):
        "rule \(node.name.text) monitor \(node.monitor != nil) \(title(node.title)) " + node.clauses.map(shape).joined(separator: "; ")
    case .decide(let node):
        "decide " + node.lines.map { "\(shape($0.outcome)) \($0.condition.map(describe) ?? "otherwise")" }.joined(separator: "; ")
    case .test(let node): "test \(title(node.name)) " + node.items.map { shape($0.item) }.joined(separator: "; ")
    }
}

private func title(_ literal: TextLiteral?) -> String { literal?.value.debugDescription ?? "none" }

private func names(_ names: [Name]?) -> String { names.map { $0.map(\.text).joined(separator: ",") } ?? "any" }

private func shape(_ outcome: OutcomeSyntax) -> String { "\(outcome.outcome.rawValue) \(names(outcome.factors))" }

private func shape(_ setting: PolicyDeclaration.Setting) -> String {
    switch setting {
    case .event(let name): "for \(name.text)"
    case .onError(let outcome): "on_error \(shape(outcome))"
    case .noFactor(let outcome): "no_factor \(shape(outcome))"
    case .timeZone(let text): "timezone \(text.value)"
    }
}

private func shape(_ source: ListDeclaration.Source?) -> String {
    switch source {
    case .set(let set): describe(set)
    case .file(let path): "from \(path.value)"
    case nil: "nothing"
    }
}

private func shape(_ clause: Clause) -> String {
    switch clause.kind {
    case .when(let condition): "when \(describe(condition))"
    case .unless(let condition): "unless \(describe(condition))"
    case .unknown(.skip): "unknown skip"
    case .unknown(.fire): "unknown fire"
    case .unknown(.score(let score)): "unknown score \(score.value)"
    case .score(let score, let cap): "score \(describe(score)) up to \(cap.map { "\($0.value)" } ?? "any")"
    case .stepUp(let factors): "step_up \(names(factors))"
    case .deny: "deny"
    case .notify(let whom): "notify \(names(whom))"
    case .tag(let texts): "tag " + texts.map(\.value.debugDescription).joined(separator: ",")
    }
}

private func shape(_ item: TestDeclaration.Item) -> String {
    switch item {
    case .at(let text): "at \(text.value)"
    case .historyUnavailable: "history unavailable"
    case .history(.ago(let milliseconds, let event, let fields)): "\(milliseconds) ago \(event.text) \(shape(fields))"
    case .history(.repeated(let count, let event, let span, let fields)): "\(count.value) \(event.text) over \(span) \(shape(fields))"
    case .event(let event, let fields): "\(event.text) \(shape(fields))"
    case .expect(let expectation): "expect " + shape(expectation)
    }
}

private func shape(_ fields: FieldsSyntax) -> String {
    fields.fields.map { "\($0.path.text) \($0.isEach ? "each " : "")" + $0.values.map(describe).joined(separator: ",") }.joined(separator: " ")
}

private func shape(_ expectation: TestDeclaration.ExpectSyntax) -> String {
    switch expectation {
    case .outcome(let outcome, let because): "\(shape(outcome)) because \(names(because))"
    case .because(let rules): "because \(names(rules))"
    case .score(let range): "score \(range)"
    case .unknown(let rules): "unknown \(names(rules))"
    case .notify(let whom): "notify \(names(whom))"
    case .tag(let texts): "tag " + texts.map(\.value.debugDescription).joined(separator: ",")
    case .degraded: "degraded"
    }
}
