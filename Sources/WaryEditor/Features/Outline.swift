import WaryLanguage
import WaryVocabulary

/// What a file holds: symbols, tests to run, the score's reach, layout.
struct Outline {
    let analysis: Analysis
    let tree: SyntaxTree
    private var file: SourceFile { tree.file }

    init(analysis: Analysis, tree: SyntaxTree) {
        self.analysis = analysis
        self.tree = tree
    }

    func symbols() -> JSON {
        .array(DeclaredSymbol.all(in: tree).map { symbol in
            ["name": .string(symbol.name), "detail": .string(symbol.detail), "kind": .int(symbol.kind), "range": file.range(symbol.range),
             "selectionRange": file.range(symbol.selection)]
        })
    }

    /// "Run test" above each test. The editor runs the command: it knows where `wary` is.
    func lenses() -> JSON {
        .array(tree.declarations.compactMap { declaration in
            guard case .test(let node) = declaration, !node.name.value.isEmpty else { return nil }
            return ["range": file.range(node.name.range),
                    "command": ["title": "Run test", "command": "wary.runTest",
                                "arguments": [.string(DocumentURI.uri(file.path)), .string(node.name.value)]]]
        })
    }

    /// After `decide {`: the smallest and largest score that the rules can add up to.
    func hints() -> JSON {
        .array(tree.declarations.compactMap { declaration in
            guard case .decide(let node) = declaration,
                  let brace = tree.tokens.first(where: { $0.range.start >= node.range.start && $0.kind == .punctuation(.braceOpen) })
            else { return nil }
            // A policy that has errors is judged by what is written alone.
            let written = ScoreReach(analysis.trees)
            let reach = analysis.policy?.possibleScore ?? written.least...written.most
            return ["position": file.position(atOffset: brace.range.end), "label": .string("score \(reach.lowerBound) to \(reach.upperBound)"),
                    "paddingLeft": true,
                    "tooltip": "The smallest and largest score that the rules can add up to, each taken by itself"]
        })
    }

    func formatting() -> JSON {
        let formatted = Formatter.format(tree)
        return .array(formatted == file.text ? [] : [["range": file.whole, "newText": .string(formatted)]])
    }
}

/// What the rules can add up to by what is written: the second best, for a policy that has errors and so cannot be reasoned
/// about.
struct ScoreReach {
    private(set) var least = 0
    private(set) var most = 0

    init(_ trees: [SyntaxTree]) {
        var low = 0.0, high = 0.0
        for case .rule(let rule) in trees.flatMap(\.declarations) where rule.monitor == nil {
            var contributions = [0.0]
            for clause in rule.clauses {
                switch clause.kind {
                case .score(let score, let cap): contributions += Self.values(score, cap: cap?.value)
                case .unknown(.score(let score)): contributions.append(Double(score.value))
                default: break
                }
            }
            low += contributions.min() ?? 0
            high += contributions.max() ?? 0
        }
        least = Int(min(max(low, 0), 100))
        most = Int(min(max(high, 0), 100))
    }

    /// The ends of what a score can be: its own where it is constant, else from nothing up to its cap, or without end.
    private static func values(_ score: Expression, cap: Int64?) -> [Double] {
        let top = cap.map(Double.init) ?? 100
        guard let value = constant(score) else { return [0, top] }
        return [min(value.rounded(), cap == nil ? .infinity : top)]
    }

    private static func constant(_ expression: Expression) -> Double? {
        switch expression.kind {
        case .literal(.datum(.int(let value))): Double(value)
        case .literal(.datum(.decimal(let value))): value
        case .negate(let operand): constant(operand).map { -$0 }
        case .parenthesised(let operand): constant(operand)
        default: nil
        }
    }
}
