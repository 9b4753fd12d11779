/// What stands between two tokens, line by line.
struct Trivia {
    enum Line: Equatable {
        case blank
        /// A comment on a line of its own, without the blanks around it.
        case comment(String)
    }

    /// A comment after the token before, on its line.
    private(set) var trailing: String?
    /// The lines between; blank ones are counted once, at most one in a row.
    private(set) var lines: [Line] = []
    /// Whether there is a line break at all.
    private(set) var breaksLine = false

    init(_ range: SourceRange, in file: SourceFile) {
        let view = file.text.utf8
        let start = view.index(view.startIndex, offsetBy: range.start)
        let text = file.text[start..<view.index(start, offsetBy: range.end - range.start)]
        // Characters would hold "\r\n" together; scalars do not.
        let pieces = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        breaksLine = pieces.count > 1
        for (index, piece) in pieces.enumerated() {
            let comment = Self.comment(piece)
            if index == 0, range.start > 0 {
                trailing = comment
            } else if let comment {
                lines.append(.comment(comment))
            } else if index < pieces.count - 1, lines.last != .blank {
                lines.append(.blank)
            }
        }
    }

    var comments: [String] {
        (trailing.map { [$0] } ?? []) + lines.compactMap { if case .comment(let text) = $0 { text } else { nil } }
    }

    private static func comment(_ piece: Substring.UnicodeScalarView) -> String? {
        guard let start = piece.firstIndex(of: "#") else { return nil }
        var text = piece[start...]
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return String(Substring(text))
    }
}
