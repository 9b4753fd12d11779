import WaryVocabulary

/// W-overlap: list entries that repeat or contain each other, and entries in two lists that are used with opposite effect.
struct OverlapCheck: LintCheck {
    /// Reports for one list at most; a list file with thousands of repetitions needs no thousands of lines.
    private static let most = 5

    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        for list in context.policy.lists { within(list, &diagnostics) }
        let uses = ListUses(context)
        for (i, list) in context.policy.lists.enumerated() {
            for (j, other) in context.policy.lists.enumerated() where i < j && list.elementType == other.elementType && uses.areOpposite(i, j) {
                between(list, other, &diagnostics)
            }
        }
    }

    private func within(_ list: CheckedPolicy.List, _ diagnostics: inout [Diagnostic]) {
        var seen: [Datum: Int] = [:]
        var found = 0
        for (index, entry) in list.entries.enumerated() where found < Self.most {
            if seen[entry] != nil {
                found += 1
                report(list, index, "\(Format.text(entry)) stands in \(list.name) twice", &diagnostics)
            } else {
                seen[entry] = index
            }
        }
        guard list.elementType == .network else { return }
        for (inner, outer) in Self.nested(list.entries, list.entries) where found < Self.most && list.entries[inner] != list.entries[outer] {
            found += 1
            report(list, inner, "\(Format.text(list.entries[inner])) lies in \(Format.text(list.entries[outer])), which is in \(list.name) too", &diagnostics)
        }
    }

    private func between(_ list: CheckedPolicy.List, _ other: CheckedPolicy.List, _ diagnostics: inout [Diagnostic]) {
        let entries = Set(list.entries)
        var common = other.entries.first(where: entries.contains)
        if common == nil, list.elementType == .network {
            common = (Self.nested(list.entries, other.entries).map { list.entries[$0.inner] }
                + Self.nested(other.entries, list.entries).map { other.entries[$0.inner] }).first
        }
        guard let common else { return }
        diagnostics.append(Diagnostic(.overlap, at: other.range,
            "\(Format.text(common)) is in \(list.name) and in \(other.name), which are used with opposite effect",
            help: "decide on which side it belongs", labels: [.init(range: list.range, text: "the other list")]))
    }

    /// Pairs of networks of which the first lies in the second, or is equal to it.
    private static func nested(_ inner: [Datum], _ outer: [Datum]) -> [(inner: Int, outer: Int)] {
        func networks(_ data: [Datum]) -> [(network: Network, index: Int)] {
            data.enumerated().compactMap { if case .network(let network) = $1 { (network, $0) } else { nil } }.sorted { $0.network < $1.network }
        }
        let wide = networks(outer)
        var pairs: [(inner: Int, outer: Int)] = []
        for (network, index) in networks(inner) {
            // Networks that hold this one begin at it or before; few lie between the nearest and the one that holds it.
            var low = 0, high = wide.count
            while low < high {
                let middle = (low + high) / 2
                if wide[middle].network.address <= network.address { low = middle + 1 } else { high = middle }
            }
            var steps = 0
            while low > 0, steps < 64 {
                low -= 1
                steps += 1
                if wide[low].index != index || wide[low].network != network, wide[low].network.contains(network) {
                    pairs.append((index, wide[low].index))
                    break
                }
            }
        }
        return pairs.sorted { $0.inner < $1.inner }
    }

    private func report(_ list: CheckedPolicy.List, _ entry: Int, _ message: String, _ diagnostics: inout [Diagnostic]) {
        let range = list.entryRanges.indices.contains(entry) ? list.entryRanges[entry] : list.range
        diagnostics.append(Diagnostic(.overlap, at: range, message, help: "remove one of the two"))
    }
}

/// For each list, whether being in it speaks for or against a sign-in.
struct ListUses {
    private var against: Set<Int> = []
    private var inFavour: Set<Int> = []

    init(_ context: LintContext) {
        for rule in context.policy.rules where !rule.isMonitor {
            let lowers = !rule.denies && !rule.stepsUp && rule.score != nil && ScoreRange.score(of: rule, context.solver).high <= 0
            visit(rule.when, isAgainst: !lowers, context)
            if let unless = rule.unless { visit(unless, isAgainst: lowers, context) }
        }
    }

    func areOpposite(_ a: Int, _ b: Int) -> Bool {
        let aSide = side(a), bSide = side(b)
        return aSide != nil && bSide != nil && aSide != bSide
    }

    /// True: against; nil where it is used both ways or not at all.
    private func side(_ list: Int) -> Bool? {
        against.contains(list) == inFavour.contains(list) ? nil : against.contains(list)
    }

    private mutating func visit(_ term: Term, isAgainst: Bool, _ context: LintContext) {
        switch term.kind {
        case .not(let inner): visit(inner, isAgainst: !isAgainst, context)
        case .binding(let index): visit(context.policy.bindings[index].term, isAgainst: isAgainst, context)
        case .member(_, let set, let isNegated):
            guard case .list(let list) = set.kind else { return }
            if isAgainst != isNegated { against.insert(list) } else { inFavour.insert(list) }
        default: for child in term.children { visit(child, isAgainst: isAgainst, context) }
        }
    }
}
