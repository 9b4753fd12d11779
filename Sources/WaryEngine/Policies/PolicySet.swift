import WaryLanguage
import WaryVocabulary

/// The policies in force: at most one for each kind of event.
public struct PolicySet: Sendable {
    /// By name.
    public let policies: [CompiledPolicy]
    /// What they were made of, by their labels, as far as that is known.
    public let bundles: [String: PolicyBundle]
    /// Evaluated beside those in force, and never obeyed.
    public let shadows: [CompiledPolicy]
    /// Why a shadow that was asked for is not among them.
    public let shadowFaults: [String]
    private let byEvent: [EventKind: Int]

    /// No policy at all: nothing can be decided.
    public static let none = PolicySet(unchecked: [], [:], ShadowPolicies())

    /// Two policies for the same event.
    public struct Conflict: Error, Sendable, CustomStringConvertible {
        public let event: EventKind
        public let names: [String]
        public var description: String {
            "two policies are for \(event): \(names.joined(separator: " and ")); one event has one policy"
        }
    }

    public init(_ policies: [CompiledPolicy], bundles: [String: PolicyBundle] = [:]) throws(Conflict) {
        for (index, policy) in policies.enumerated() {
            if let other = policies[..<index].first(where: { $0.event == policy.event }) {
                throw Conflict(event: policy.event, names: [other.name, policy.name].sorted())
            }
        }
        self.init(unchecked: policies, bundles, ShadowPolicies())
    }

    private init(unchecked policies: [CompiledPolicy], _ bundles: [String: PolicyBundle], _ shadow: ShadowPolicies) {
        self.bundles = bundles.merging(shadow.bundles) { first, _ in first }
        shadows = shadow.policies
        shadowFaults = shadow.faults
        let sorted = policies.sorted { $0.name < $1.name }
        self.policies = sorted
        byEvent = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.event, $0) })
    }

    /// The same with others in shadow.
    func with(_ shadow: ShadowPolicies) -> PolicySet { PolicySet(unchecked: policies, bundles, shadow) }

    /// The index in `policies` of the one that decides an event.
    public func index(for event: EventKind) -> Int? { byEvent[event] }

    public func policy(for event: EventKind) -> CompiledPolicy? { byEvent[event].map { policies[$0] } }

    /// The kinds of event that are decided, by name.
    public var events: [EventKind] { byEvent.keys.sorted { $0.rawValue < $1.rawValue } }

    /// What history must keep for them and their shadows; each once.
    public var aggregates: [AggregateDefinition] {
        var met: Set<AggregateDefinition> = []
        return (policies + shadows).flatMap(\.aggregates).filter { met.insert($0).inserted }
    }

    /// Every input that one of them or of their shadows declares. Where two declare a name with different types, the first by policy name holds
    /// for events that no policy decides.
    public var inputs: [String: ValueType] {
        Dictionary((policies + shadows).flatMap(\.inputs).map { ($0.name, $0.type) }) { first, _ in first }
    }
}

extension CompiledPolicy {
    /// `name@` and the version's first 12 digits: how answers and the journal name a policy.
    public var label: String { "\(name)@\(shortVersion)" }
}
