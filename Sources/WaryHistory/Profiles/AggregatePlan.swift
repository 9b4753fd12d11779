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
    private var byDefinition: [AggregateDefinition: UInt16] = [:]
    /// By event, then by group: what it changes there.
    private var steps: [EventKind: [Int: [Step]]] = [:]

    init(_ items: [Item]) {
        for item in items {
            byDefinition[item.definition] = item.slot
            let kinds = KeyKinds(item.definition.keys)
            let place = groups.firstIndex { $0.kinds == kinds } ?? groups.count
            if place == groups.count { groups.append(Group(keys: item.definition.keys, kinds: kinds)) }
            groups[place].items.append(item)
            register(item.definition, group: place, item: groups[place].items.count - 1)
        }
    }

    func slot(of definition: AggregateDefinition) -> UInt16? { byDefinition[definition] }

    var definitions: Set<AggregateDefinition> { Set(byDefinition.keys) }

    /// Slots by the definitions' texts.
    var numbers: [String: UInt16] { Dictionary(uniqueKeysWithValues: byDefinition.map { ($0.key.text, $0.value) }) }

    var slots: Set<UInt16> { Set(byDefinition.values) }

    /// For each group that the events concern, the steps in the events' order.
    func steps(for events: [EventKind]) -> [(group: Int, steps: [Step])] {
        var found: [(group: Int, steps: [Step])] = []
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
