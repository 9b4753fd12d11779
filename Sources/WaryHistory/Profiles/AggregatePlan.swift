import WaryVocabulary

/// Which aggregates are kept, in which slot, and which of them an event concerns.
struct AggregatePlan {
    struct Item {
        let slot: UInt16
        let definition: AggregateDefinition
    }

    /// The aggregates by the same keys: they share profiles.
    struct Group {
        let keys: [KeyKind]
        let kinds: KeyKinds
        var items: [Item] = []
    }

    /// How an event concerns an aggregate.
    enum Role {
        case counts
        /// The E2 of `since`.
        case turns
    }

    struct Step {
        let item: Int
        let role: Role
        let event: EventKind
    }

    private(set) var groups: [Group] = []
    private var byDefinition: [AggregateDefinition: (slot: UInt16, kinds: KeyKinds)] = [:]
    /// By event, then by group: what it changes there.
    private var steps: [EventKind: [Int: [Step]]] = [:]
    private let memo = StepMemo()

    init(_ items: [Item]) {
        for item in items {
            let kinds = KeyKinds(item.definition.keys)
            byDefinition[item.definition] = (item.slot, kinds)
            let place = groups.firstIndex { $0.kinds == kinds } ?? groups.count
            if place == groups.count { groups.append(Group(keys: item.definition.keys, kinds: kinds)) }
            groups[place].items.append(item)
            register(item.definition, group: place, item: groups[place].items.count - 1)
        }
    }

    func slot(of definition: AggregateDefinition) -> UInt16? { byDefinition[definition]?.slot }

    /// Where an aggregate is kept.
    func place(of definition: AggregateDefinition) -> (slot: UInt16, kinds: KeyKinds)? { byDefinition[definition] }

    var definitions: Set<AggregateDefinition> { Set(byDefinition.keys) }

    /// Slots by the definitions' texts.
    var numbers: [String: UInt16] { Dictionary(uniqueKeysWithValues: byDefinition.map { ($0.key.text, $0.value.slot) }) }

    var slots: Set<UInt16> { Set(byDefinition.values.map(\.slot)) }

    /// What an event of one shape changes.
    typealias GroupSteps = (group: Int, steps: [Step])

    /// The steps for a record's events, worked out once for each shape that records come in.
    func steps(_ shape: StepMemo.Shape, _ events: () -> [EventKind]) -> [GroupSteps] {
        if let known = memo.table[shape] { return known }
        let found = steps(for: events())
        memo.keep(found, for: shape)
        return found
    }

    /// For each group that the events concern, the steps in the events' order.
    private func steps(for events: [EventKind]) -> [GroupSteps] {
        var found: [GroupSteps] = []
        for event in events {
            for (group, steps) in steps[event] ?? [:] {
                if let place = found.firstIndex(where: { $0.group == group }) {
                    found[place].steps += steps
                } else {
                    found.append((group, steps))
                }
            }
        }
        return found
    }

    /// Stands for what baselines take in, which is what `new` looks at.
    static let goodSignIn = EventKind(rawValue: "good sign-in")

    private mutating func register(_ definition: AggregateDefinition, group: Int, item: Int) {
        let event = definition.function == .new ? Self.goodSignIn : definition.event
        steps[event, default: [:]][group, default: []].append(Step(item: item, role: .counts, event: event))
        if case .since(let turn) = definition.extent {
            steps[turn, default: [:]][group, default: []].append(Step(item: item, role: .turns, event: turn))
        }
    }
}

/// Remembers what records of each shape change.
final class StepMemo {
    /// What decides which aggregates a record concerns.
    struct Shape: Hashable {
        let kind: RecordKind
        let effects: Effects
        let event: EventKind?
    }

    fileprivate(set) var table: [Shape: [AggregatePlan.GroupSteps]] = [:]

    /// Apps make up names of events, so their number is bounded.
    fileprivate func keep(_ steps: [AggregatePlan.GroupSteps], for shape: Shape) {
        if table.count >= Limits.stepShapes { table.removeAll(keepingCapacity: true) }
        table[shape] = steps
    }
}
