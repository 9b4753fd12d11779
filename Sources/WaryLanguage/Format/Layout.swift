/// Lays a policy out anew. Lines break where items begin; within an item the author's breaks are kept before `and` and
/// `or`, and a set or an event's fields that the author broke stand one element a line.
struct Layout {
    let tree: SyntaxTree
    var writer = LineWriter()
    /// The index of the token that begins at an offset.
    private let indices: [Int: Int]
    /// How many columns a block is indented.
    static let indent = 4

    init(_ tree: SyntaxTree) {
        self.tree = tree
        indices = Dictionary(tree.tokens.enumerated().map { ($0.element.range.start, $0.offset) }) { first, _ in first }
    }

    var tokens: [Token] { tree.tokens }

    func index(at range: SourceRange) -> Int { indices[range.start] ?? tokens.count - 1 }

    /// The index after the last token of a range.
    func end(of range: SourceRange) -> Int {
        var index = index(at: range)
        while index < tokens.count - 1, tokens[index].range.start < range.end { index += 1 }
        return index
    }

    func trivia(_ index: Int) -> Trivia { Trivia(tokens[index].leadingTrivia, in: tree.file) }

    mutating func run() -> String {
        var previous: Declaration?
        var index = 0
        while index < tree.declarations.count {
            let run = alignedRun(from: index)
            let columns = columns(of: run)
            for declaration in run {
                let needsBlank = previous.map { isBlock($0) || isBlock(declaration) } ?? false
                begin(self.index(at: declaration.range), indent: 0, isFirst: previous == nil, needsBlank: needsBlank)
                write(declaration, columns)
                previous = declaration
            }
            index += run.count
        }
        let end = tokens.count - 1
        writeComments(before: end, indent: 0, isFirst: previous == nil, needsBlank: false)
        return writer.text()
    }

    /// Ends the line before and goes to that of an item, by way of the comments and blank lines before it.
    mutating func begin(_ index: Int, indent: Int, isFirst: Bool, needsBlank: Bool = false) {
        writeComments(before: index, indent: indent, isFirst: isFirst, needsBlank: needsBlank)
        if index > 0 || !trivia(index).lines.isEmpty { writer.newLine(indent: indent) }
    }

    /// The comments before an item or a closing brace. `isFirst`: no blank line stands before them.
    mutating func writeComments(before index: Int, indent: Int, isFirst: Bool, needsBlank: Bool, isLast: Bool = false) {
        let trivia = trivia(index)
        if let trailing = trivia.trailing { writer.comment(trailing) }
        if needsBlank { writer.blankLine() }
        var wantsBlank = false
        var isFirst = isFirst
        for line in trivia.lines {
            switch line {
            case .blank:
                wantsBlank = !isFirst
            case .comment(let text):
                if wantsBlank { writer.blankLine() }
                wantsBlank = false
                if !(isFirst && index == 0 && writer.column == 0 && !writer.hasComment) { writer.newLine(indent: indent) }
                writer.comment(text)
                isFirst = false
            }
        }
        if wantsBlank, !isLast { writer.blankLine() }
    }

    // MARK: Declarations that stand in runs

    private func isBlock(_ declaration: Declaration) -> Bool {
        switch declaration {
        case .policy, .rule, .decide, .test: true
        case .include, .list, .input, .binding: false
        }
    }

    /// Declarations of one kind on neighbouring lines are aligned with each other.
    private func alignedRun(from start: Int) -> [Declaration] {
        let first = tree.declarations[start]
        guard !isBlock(first) else { return [first] }
        var run = [first]
        for declaration in tree.declarations[(start + 1)...] {
            guard sameKind(first, declaration), trivia(index(at: declaration.range)).lines.isEmpty else { break }
            run.append(declaration)
        }
        return run
    }

    private func sameKind(_ a: Declaration, _ b: Declaration) -> Bool {
        switch (a, b) {
        case (.list, .list), (.input, .input), (.binding, .binding), (.include, .include): true
        default: false
        }
    }

    /// The indices of the tokens that begin a declaration's cells after the first.
    private func cells(of declaration: Declaration) -> [Int] {
        switch declaration {
        case .binding(let node): [index(at: node.name.range) + 1]
        case .list(let node): [index(at: node.name.range) + 1, index(at: node.type.range) + 1]
        case .input(let node): [index(at: node.type.range)]
        default: []
        }
    }

    /// The columns that a run's cells begin in.
    private func columns(of run: [Declaration]) -> [Int] {
        var columns: [Int] = []
        let starts = run.map { [index(at: $0.range)] + cells(of: $0) }
        for cell in 1..<max(1, starts[0].count) {
            let widths = starts.map { width(of: $0[cell - 1]..<$0[cell]) }
            columns.append((columns.last ?? 0) + (widths.max() ?? 0) + 1)
        }
        return columns
    }

    /// How wide tokens are on one line; comments among them are left out, since they break it.
    func width(of range: Range<Int>) -> Int {
        range.reduce(0) { sum, index in
            let gap = index > range.lowerBound && needsBlank(between: index - 1, and: index) ? 1 : 0
            return sum + gap + tokens[index].written(in: tree.file).unicodeScalars.reduce(0) { $0 + displayWidth($1) }
        }
    }

    private mutating func write(_ declaration: Declaration, _ columns: [Int]) {
        switch declaration {
        case .policy(let node): writeBlock(node.range, node.settings.map(\.range), .keyword)
        case .rule(let node): writeBlock(node.range, node.clauses.map(\.range), .keyword)
        case .decide(let node): writeDecision(node)
        case .test(let node): writeTest(node)
        case .include, .list, .input, .binding:
            let start = index(at: declaration.range), end = end(of: declaration.range)
            var from = start
            for (cell, column) in zip(cells(of: declaration), columns) {
                writeTokens(from..<cell, Context(indent: 0, continuation: Self.indent, isAtColumn: from > start))
                if !writer.hasComment, !trivia(cell).breaksLine || trivia(cell).comments.isEmpty { writer.pad(to: column) }
                from = cell
            }
            let isAtColumn = from > start
            writeTokens(from..<end, Context(indent: 0, continuation: Self.indent, isAtColumn: isAtColumn))
        }
    }
}
