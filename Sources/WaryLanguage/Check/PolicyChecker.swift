import WaryVocabulary

/// Checks a policy's trees as a whole: everything that the errors of LANGUAGE section 9 speak of.
struct PolicyChecker {
    let symbols: Symbols
    let files: [SourceFile]
    let limits: LanguageLimits
    /// The list files by the declaration's name; those that could not be read are missing.
    let listFiles: [String: SourceFile]
    /// Where each declaration stands.
    private let declarations: [SourceRange]
    var expressions: ExpressionChecker
    var policy: CheckedPolicy

    init(trees: [SyntaxTree], limits: LanguageLimits, listFiles: [String: SourceFile]) {
        var diagnostics: [Diagnostic] = []
        symbols = Symbols(trees, diagnostics: &diagnostics)
        files = trees.map(\.file)
        declarations = trees.flatMap(\.declarations).map(\.range)
        self.limits = limits
        self.listFiles = listFiles
        expressions = ExpressionChecker(symbols: symbols, limits: limits, files: files)
        expressions.diagnostics = diagnostics
        let start = SourceRange(file: files.first?.id ?? SourceFile.ID(index: 0), start: 0, end: 0)
        policy = CheckedPolicy(nameRange: start, decideRange: start)
    }

    /// Runs every check. `parsed` are the parser's own reports: what a rule lacks because it could not be read is not
    /// reported again.
    mutating func check(parsed: [Diagnostic]) -> (policy: CheckedPolicy, diagnostics: [Diagnostic]) {
        checkHeader(parsed: parsed)
        checkInputs()
        checkLists()
        for index in symbols.bindings.indices { _ = expressions.binding(index, at: symbols.bindings[index].name.range) }
        for declaration in symbols.ruleDeclarations { checkRule(declaration, parsed: parsed) }
        checkDecide(parsed: parsed)
        policy.aggregates = expressions.aggregates
        policy.regexes = expressions.regexes
        policy.bindings = expressions.bindings.enumerated().map { index, binding in
            binding ?? .init(name: symbols.bindings[index].name.text, term: .invalid(symbols.bindings[index].range),
                             range: symbols.bindings[index].name.range)
        }
        let flow = KnownFlow(policy)
        for rule in policy.rules { UnknownCheck(flow: flow).check(rule, into: &expressions.diagnostics) }
        CostCheck(policy: policy, limits: limits).check(into: &expressions.diagnostics)
        checkTests()
        return (policy, expressions.diagnostics)
    }

    mutating func report(_ code: DiagnosticCode, _ range: SourceRange, _ message: String, help: String? = nil, fix: String? = nil,
                         labels: [Diagnostic.Label] = []) {
        expressions.report(code, range, message, help: help, fix: fix, labels: labels)
    }

    /// Whether the parser has reported an error inside a range.
    func isBroken(_ range: SourceRange, _ parsed: [Diagnostic]) -> Bool {
        parsed.contains { $0.severity == .error && $0.range.file == range.file && $0.range.start >= range.start && $0.range.start <= range.end }
    }

    /// Whether something at the top of a file could not be understood, so that it may have been any declaration.
    func mayHideDeclaration(_ parsed: [Diagnostic]) -> Bool {
        parsed.contains { diagnostic in
            diagnostic.severity == .error && !declarations.contains { range in
                range.file == diagnostic.range.file && range.start <= diagnostic.range.start && diagnostic.range.end <= range.end
            }
        }
    }

    mutating func factors(_ names: [Name]) -> [Factor] {
        var factors: [Factor] = []
        for name in names {
            guard let factor = Factor(rawValue: name.text) else {
                let all = Factor.allCases.map(\.rawValue)
                let meant = Nearest.name(to: name.text, among: all)
                report(.name, name.range, "no factor is called \(name.text)" + (meant.map { "; did you mean \($0)?" } ?? ""),
                       help: "factors are \(all.joined(separator: ", "))", fix: meant)
                continue
            }
            if factors.contains(factor) {
                report(.duplicate, name.range, "the factor \(name.text) is given twice")
            } else {
                factors.append(factor)
            }
        }
        return factors
    }
}
