/// Finds what the author of a wrong name most likely meant, for "did you mean …?".
public enum Nearest {
    /// Names longer than this are not compared: the cost is quadratic, and a name that long is no slip.
    public static let longestName = 64

    /// The candidate with the fewest edits (insertion, deletion, substitution, swap of neighbours) from `name`, the
    /// first of equals; nil where even that one takes more than a third of the name's length, rounded up.
    public static func name(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, wanted.count <= longestName else { return nil }
        var best: (candidate: String, distance: Int)?
        let bound = (wanted.count + 2) / 3
        for candidate in candidates where candidate.utf8.count <= longestName {
            let distance = editDistance(wanted, Array(candidate.utf8))
            if distance <= bound, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Whether `name` is so near to `known` that it is a slip rather than a name of its own: one edit, two from nine letters on.
    public static func isSlip(_ name: String, of known: String) -> Bool {
        guard name.utf8.count <= longestName, known.utf8.count <= longestName else { return false }
        return editDistance(Array(name.utf8), Array(known.utf8)) <= (name.utf8.count >= 9 ? 2 : 1)
    }

    /// The optimal string alignment distance.
    static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
