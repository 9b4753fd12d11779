/// A term as the known-unknown analysis sees it: only what decides whether it is known, with atoms as bits.
indirect enum FlowNode {
    case constant(KnownFlow.Values)
    /// Unknown when any of the atoms in the mask is, or any operand; else of any value.
    case strict(mask: UInt64, [FlowNode])
    case not(FlowNode)
    case logical(LogicalOperator, [FlowNode])
    case isKnown(FlowNode, isNegated: Bool)
    case fallback(FlowNode, FlowNode)

    func values(_ unknown: UInt64) -> KnownFlow.Values {
        switch self {
        case .constant(let values): return values
        case .strict(let mask, let operands):
            if mask & unknown != 0 { return .unknown }
            var result = KnownFlow.Values.known
            for operand in operands {
                let v = operand.values(unknown)
                if !v.mayBeKnown { return .unknown }
                if v.contains(.unknown) { result.insert(.unknown) }
            }
            return result
        case .not(let inner):
            let v = inner.values(unknown)
            return KnownFlow.Values(rawValue: v.rawValue & 4 | (v.rawValue & 1) << 1 | (v.rawValue & 2) >> 1)
        case .logical(let op, let parts):
            return parts.dropFirst().reduce(parts[0].values(unknown)) { Self.kleene(op, $0, $1.values(unknown)) }
        case .isKnown(let inner, let isNegated):
            let v = inner.values(unknown)
            var result: KnownFlow.Values = []
            if v.mayBeKnown { result.insert(isNegated ? .isFalse : .isTrue) }
            if v.contains(.unknown) { result.insert(isNegated ? .isTrue : .isFalse) }
            return result
        case .fallback(let first, let second):
            let v = first.values(unknown)
            return v.contains(.unknown) ? v.intersection(.known).union(second.values(unknown)) : v
        }
    }

    /// What two sets of truth values can come to.
    static func kleene(_ op: LogicalOperator, _ a: KnownFlow.Values, _ b: KnownFlow.Values) -> KnownFlow.Values {
        let strong: KnownFlow.Values = op == .and ? .isFalse : .isTrue
        let weak: KnownFlow.Values = op == .and ? .isTrue : .isFalse
        var result: KnownFlow.Values = []
        if a.contains(strong) || b.contains(strong) { result.insert(strong) }
        if a.contains(weak), b.contains(weak) { result.insert(weak) }
        let aOpen = a.subtracting(strong), bOpen = b.subtracting(strong)
        if aOpen.contains(.unknown), !bOpen.isEmpty { result.insert(.unknown) }
        if bOpen.contains(.unknown), !aOpen.isEmpty { result.insert(.unknown) }
        return result
    }
}

/// Builds the nodes of one or more terms over common atoms.
struct FlowBuilder {
    private let flow: KnownFlow
    private(set) var atoms: [KnownFlow.Atom] = []
    private var bits: [KnownFlow.Atom: UInt64] = [:]

    init(_ flow: KnownFlow) { self.flow = flow }

    mutating func node(_ term: Term) -> FlowNode {
        switch term.kind {
        case .constant(.bool(let value)): return .constant(value ? .isTrue : .isFalse)
        case .constant: return .constant(.known)
        case .binding(let index): return flow.binding(index).map { node($0) } ?? .constant(.known)
        case .aggregate(let index): return .strict(mask: flow.atoms(ofAggregate: index).reduce(0) { $0 | bit($1) }, [])
        case .not(let inner): return .not(node(inner))
        case .logical(let op, let parts): return .logical(op, parts.map { node($0) })
        case .isKnown(let inner, let isNegated): return .isKnown(node(inner), isNegated: isNegated)
        case .fallback(let first, let second): return .fallback(node(first), node(second))
        default:
            let own = flow.atom(of: term).map { bit($0) } ?? 0
            return .strict(mask: own, term.children.map { node($0) })
        }
    }

    private mutating func bit(_ atom: KnownFlow.Atom) -> UInt64 {
        if let known = bits[atom] { return known }
        let bit: UInt64 = 1 << UInt64(min(atoms.count, 63))
        atoms.append(atom)
        bits[atom] = bit
        return bit
    }
}
