import WaryVocabulary

/// Counts over nested windows: within ten minutes there are never more than within an hour.
struct NestedWindows {
    private let pairs: [(shorter: Int, longer: Int)]
    private let names: [String]

    init(_ policy: CheckedPolicy) {
        var pairs: [(Int, Int)] = []
        let definitions = policy.aggregates.map(\.definition)
        for (i, a) in definitions.enumerated() {
            for (j, b) in definitions.enumerated() where i != j && Self.isInside(a, b) { pairs.append((i, j)) }
        }
        self.pairs = pairs
        names = definitions.map(\.text)
    }

    /// Whether `a` counts a part of what `b` counts.
    static func isInside(_ a: AggregateDefinition, _ b: AggregateDefinition) -> Bool {
        guard a.function == b.function, a.function == .count || a.function == .distinct, a.field == b.field, a.keys == b.keys,
              a.event == b.event,
              case .within(let short) = a.extent, case .within(let long) = b.extent, short <= long else { return false }
        let filterA = a.text.components(after: " where "), filterB = b.text.components(after: " where ")
        return filterB == nil || filterA == filterB
    }

    /// False when the facts want more in a shorter window than in the longer one around it.
    func agree(with facts: Facts) -> Bool {
        pairs.allSatisfy { pair in
            guard let short = facts.ranges[name(pair.shorter)], let long = facts.ranges[name(pair.longer)] else { return true }
            return short.low <= long.high
        }
    }

    /// The truth of a comparison of two nested counts where nesting decides it.
    func truth(_ op: ComparisonOperator, _ a: Int, _ b: Int) -> Bool? {
        if pairs.contains(where: { $0 == (a, b) }) { return op == .greater ? false : op == .lessOrEqual ? true : nil }
        if pairs.contains(where: { $0 == (b, a) }) { return op == .less ? false : op == .greaterOrEqual ? true : nil }
        return nil
    }

    /// Whether two conditions ask for counts of which one lies inside the other.
    func relates(_ a: Term, _ b: Term) -> Bool {
        let first = Self.aggregates(in: a), second = Self.aggregates(in: b)
        return pairs.contains { pair in
            (first.contains(pair.shorter) && second.contains(pair.longer)) || (first.contains(pair.longer) && second.contains(pair.shorter))
        }
    }

    private static func aggregates(in term: Term) -> Set<Int> {
        if case .aggregate(let index) = term.kind { return [index] }
        return term.children.reduce(into: []) { $0.formUnion(aggregates(in: $1)) }
    }

    private func name(_ index: Int) -> String { names[index] }
}

extension String {
    fileprivate func components(after separator: String) -> Substring? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(separator) { return self[self.index(index, offsetBy: separator.count)...] }
            index = self.index(after: index)
        }
        return nil
    }
}
