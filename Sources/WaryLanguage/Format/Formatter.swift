/// Writes a policy in its one style: four spaces, one item a line, aligned within a block, comments where they stand.
public enum Formatter {
    /// The text in its one style. A text that is not of the grammar comes back as it is: where it cannot be understood it
    /// cannot be laid out. Formatting what is formatted changes nothing, and neither does it change what a policy means.
    public static func format(_ tree: SyntaxTree) -> String {
        let (whole, diagnostics) = Parser.parse(tree.file)
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return tree.file.text }
        var layout = Layout(whole)
        let formatted = layout.run()
        // The layout is made from the tree: should it ever lose a token or comment, the text is better left alone.
        return essence(of: formatted) == essence(of: tree.file.text) ? formatted : tree.file.text
    }

    /// What formatting must not change: the tokens but for commas that end a set, and the comments.
    static func essence(of text: String) -> [String] {
        let file = SourceFile(id: .init(index: 0), path: "", text: text)
        var essence: [String] = []
        for token in Lexer.tokens(of: file) {
            essence += Trivia(token.leadingTrivia, in: file).comments
            // Comments may stand between such a comma and its bracket.
            if token.kind == .punctuation(.bracketClose), let last = essence.lastIndex(where: { !$0.hasPrefix("#") }), essence[last] == "," {
                essence.remove(at: last)
            }
            essence.append(token.written(in: file))
        }
        return essence
    }
}

extension Token {
    /// The token as the one style writes it: keywords, units and AS in their case, quantities with their gap.
    func written(in file: SourceFile) -> String {
        let view = file.text.utf8
        let start = view.index(view.startIndex, offsetBy: range.start)
        let text = String(file.text[start..<view.index(start, offsetBy: range.end - range.start)])
        switch kind {
        case .keyword(let keyword): return keyword.rawValue
        case .name(let name): return name
        case .literal(.datum(.asn)): return text.uppercased()
        case .literal(.datum(.timeOfDay)): return text.utf8.count < 5 ? "0" + text : text
        case .literal(.datum(.decimal)): return text.filter { $0 != " " && $0 != "\t" }
        case .literal(.datum(.duration)), .literal(.datum(.distance)), .literal(.datum(.speed)):
            let number = text.prefix { $0.isNumber || $0 == "_" || $0 == "." }
            let unit = text.dropFirst(number.count).drop { $0 == " " || $0 == "\t" }.lowercased()
            if case .literal(.datum(.duration)) = kind { return number + unit }
            return number + " " + unit
        default: return text
        }
    }
}
