/// The difference between two texts, line by line, in unified form.
public enum LineDiff {
    /// Lines of context around each change.
    private static let context = 3

    /// Empty where the texts are the same. Removed lines begin with `-`, added ones with `+`.
    public static func unified(from old: String, to new: String, path: String) -> String {
        let before = lines(old), after = lines(new)
        let edits = edits(before, after)
        guard edits.contains(where: { $0.kind != .same }) else { return "" }
        var text = "--- \(path)\n+++ \(path) (formatted)\n"
        for hunk in hunks(edits) {
            let part = edits[hunk]
            let oldCount = part.count { $0.kind != .added }, newCount = part.count { $0.kind != .removed }
            let oldStart = edits[..<hunk.lowerBound].count { $0.kind != .added } + (oldCount > 0 ? 1 : 0)
            let newStart = edits[..<hunk.lowerBound].count { $0.kind != .removed } + (newCount > 0 ? 1 : 0)
            text += "@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n"
            for edit in part { text += edit.kind.rawValue + edit.line + "\n" }
        }
        return text
    }

    private enum Kind: String { case same = " ", removed = "-", added = "+" }
    private typealias Edit = (kind: Kind, line: String)

    private static func lines(_ text: String) -> [String] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String(Substring($0)) }
        if lines.last == "" { lines.removeLast() } else { lines.append("\\ No newline at end of file") }
        return lines
    }

    /// Every line of both texts once, by the standard library's difference (Myers).
    private static func edits(_ before: [String], _ after: [String]) -> [Edit] {
        let difference = after.difference(from: before)
        var removed: Set<Int> = [], added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var old = 0, new = 0
        while old < before.count || new < after.count {
            if removed.contains(old) {
                edits.append((.removed, before[old]))
                old += 1
            } else if added.contains(new) {
                edits.append((.added, after[new]))
                new += 1
            } else {
                edits.append((.same, after[new]))
                old += 1
                new += 1
            }
        }
        return edits
    }

    /// The runs of changes with their context; neighbours that touch are one.
    private static func hunks(_ edits: [Edit]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, edit) in edits.enumerated() where edit.kind != .same {
            let start = max(0, index - context), end = min(edits.count, index + context + 1)
            if let last = hunks.last, last.upperBound >= start {
                hunks[hunks.count - 1] = last.lowerBound..<end
            } else {
                hunks.append(start..<end)
            }
        }
        return hunks
    }
}
