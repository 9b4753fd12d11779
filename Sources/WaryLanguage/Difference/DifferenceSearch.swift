import WaryVocabulary

/// Looks for sign-ins that two policies treat differently: the values at their conditions' boundaries, first one at a time,
/// then whatever makes rules fire, several rules at once. Everything found has been run through both machines.
struct DifferenceSearch {
    /// Sign-ins with the same two answers, told apart by the same rules.
    struct Region: Hashable {
        var before: Outcome
        var after: Outcome
        /// Only the factors differ.
        var isOfFactors: Bool
        var rules: [String]
        /// One order for every run: dictionaries have none.
        var order: String { (rules + [before.rawValue, after.rawValue]).joined(separator: " ") }
    }

    private let old: PolicyMachine
    private let new: PolicyMachine
    private let values: [Atom: [Reading]]
    private let atoms: [Atom]
    private let repair: WorldRepair
    /// Rules of both, by name, with their place in each.
    private let rules: [(name: String, old: Int?, new: Int?)]
    private let focus: Set<String>
    private var random: Dice
    private var found: [Region: [Atom: Reading]] = [:]
    /// Rules that fired or scored for one and not alike for the other.
    private var differing: Set<String> = []
    private var linesDiffer = false
    private(set) var tried = 0

    var regions: Int { found.count }

    init(_ old: CompiledPolicy, _ new: CompiledPolicy, seed: UInt64) {
        self.old = PolicyMachine(old)
        self.new = PolicyMachine(new)
        var boundaries = BoundaryValues()
        boundaries.take(old.checked)
        boundaries.take(new.checked)
        boundaries.takeFactors()
        Self.addListChanges(old.checked, new.checked, &boundaries)
        values = boundaries.values
        atoms = boundaries.values.keys.sorted()
        repair = WorldRepair(boundaries.aggregates, reading: Set(boundaries.values.keys))
        var names = old.rules.map(\.name)
        for rule in new.rules where !names.contains(rule.name) { names.append(rule.name) }
        rules = names.map { name in
            (name, old.rules.firstIndex { $0.name == name }, new.rules.firstIndex { $0.name == name })
        }
        focus = Set(PartComparison(old, new).parts.filter { $0.kind == "rule" }.map(\.name))
        random = Dice(seed: seed)
    }

    /// What one policy's list has and the other's has not.
    private static func addListChanges(_ old: CheckedPolicy, _ new: CheckedPolicy, _ boundaries: inout BoundaryValues) {
        for (policy, other) in [(old, new), (new, old)] {
            for list in policy.lists {
                guard let same = other.lists.first(where: { $0.name == list.name }) else { continue }
                let known = Set(same.entries), changed = list.entries.filter { !known.contains($0) }
                guard !changed.isEmpty, let index = policy.lists.firstIndex(where: { $0.name == list.name }) else { continue }
                for atom in readers(of: index, policy) { for entry in changed.prefix(16) { boundaries.addMember(entry, to: atom) } }
            }
        }
    }

    private static func readers(of list: Int, _ policy: CheckedPolicy) -> Set<Atom> {
        func look(_ term: Term) -> Set<Atom> {
            if case .member(let a, let set, _) = term.kind, case .list(list) = set.kind { return BoundaryValues.atoms(of: a, in: policy) }
            return term.children.reduce(into: []) { $0.formUnion(look($1)) }
        }
        let terms = policy.bindings.map(\.term) + policy.rules.flatMap { [$0.when] + [$0.unless, $0.score].compactMap { $0 } }
            + policy.lines.compactMap(\.condition)
        return terms.reduce(into: []) { $0.formUnion(look($1)) }
    }

    // MARK: Searching

    mutating func run(trials: Int) {
        attempt(ImaginedSignIn.unfamiliar.filter { values[$0.key] != nil })
        attempt([:])
        for atom in atoms {
            for reading in values[atom] ?? [] {
                guard tried < trials / 4 else { break }
                attempt([atom: reading])
            }
        }
        let causes = causes(trials: trials / 4)
        guard !atoms.isEmpty else { return }
        let focused = causes.filter { focus.contains($0.rule) }
        while tried < trials {
            var world: [Atom: Reading] = [:]
            if !focused.isEmpty, random.below(10) < 6 { world.merge(focused[random.below(focused.count)].values) { $1 } }
            if !causes.isEmpty {
                for _ in 0..<random.below(6) { world.merge(causes[random.below(causes.count)].values) { old, _ in old } }
            }
            for _ in 0..<random.below(4) {
                let atom = atoms[random.below(atoms.count)], readings = values[atom] ?? []
                world[atom] = readings[random.below(readings.count)]
            }
            attempt(world)
        }
    }

    private struct Cause {
        var rule: String
        var values: [Atom: Reading]
    }

    /// For each rule some ways to make it fire or score.
    private mutating func causes(trials: Int) -> [Cause] {
        var causes: [Cause] = []
        let each = max(40, trials / max(1, 2 * rules.count))
        for (machine, isNew) in [(old, false), (new, true)] {
            let policy = machine.policy
            for (index, rule) in policy.checked.rules.enumerated() {
                // What both have alike is looked for once.
                if isNew, !focus.contains(rule.name) { continue }
                var read: Set<Atom> = []
                for term in [rule.when] + [rule.unless, rule.score].compactMap({ $0 }) { read.formUnion(BoundaryValues.atoms(of: term, in: policy.checked)) }
                let own = read.sorted()
                var met: Set<Int64> = []
                for _ in 0..<each {
                    var world: [Atom: Reading] = [:]
                    for atom in own {
                        guard random.below(10) < 7, let readings = values[atom], !readings.isEmpty else { continue }
                        world[atom] = readings[random.below(readings.count)]
                    }
                    let repaired = repair.repaired(world)
                    attempt(repaired)
                    let state = machine.registers.ruleStates[index], points = machine.registers.contributions[index]
                    guard state.fires || points != 0 else { continue }
                    if met.insert(points).inserted || random.below(8) == 0, causes.count < 4096 { causes.append(Cause(rule: rule.name, values: repaired)) }
                }
            }
        }
        return causes
    }

    // MARK: Trying

    /// Runs both on one sign-in and keeps what tells them apart.
    private mutating func attempt(_ raw: [Atom: Reading]) {
        let world = repair.repaired(raw)
        guard let region = region(of: world) else { return }
        if let known = found[region], known.count <= world.count { return }
        found[region] = world
    }

    /// Nil where they decide alike.
    private mutating func region(of world: [Atom: Reading]) -> Region? {
        tried += 1
        let (before, after) = evaluate(world)
        let rules = differences()
        differing.formUnion(rules)
        guard before.outcome != after.outcome || before.factors != after.factors else { return nil }
        if rules.isEmpty { linesDiffer = true }
        return Region(before: before.outcome, after: after.outcome, isOfFactors: before.outcome == after.outcome, rules: rules)
    }

    private func evaluate(_ world: [Atom: Reading]) -> (Evaluation, Evaluation) {
        var (old, new) = (old, new)
        var source = ImaginedWorld(world)
        let before = old.evaluate(&source)
        source = ImaginedWorld(world)
        return (before, new.evaluate(&source))
    }

    /// The rules that fired or scored for one and not alike for the other, in the last evaluations.
    private func differences() -> [String] {
        rules.filter { rule in
            func state(_ machine: PolicyMachine, _ index: Int?) -> (Bool, Int64) {
                guard let index else { return (false, 0) }
                return (machine.registers.ruleStates[index].fires, machine.registers.contributions[index])
            }
            return state(old, rule.old) != state(new, rule.new)
        }.map(\.name)
    }

    // MARK: What was found

    /// The simplest regions first: few values, then few rules.
    mutating func witnesses(limit: Int) -> [PolicyDifference.Witness] {
        let simplest = found.sorted { a, b in
            (a.key.rules.count, a.value.count, a.key.order) < (b.key.rules.count, b.value.count, b.key.order)
        }.prefix(limit)
        return simplest.map { region, world in witness(region, shrunk(world, within: region)) }
    }

    /// Takes away whatever the region does not depend on.
    private mutating func shrunk(_ world: [Atom: Reading], within region: Region) -> [Atom: Reading] {
        var world = world
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for atom in world.keys.sorted() {
                var fewer = world
                fewer[atom] = nil
                fewer = repair.repaired(fewer)
                guard fewer.count < world.count, self.region(of: fewer) == region else { continue }
                world = fewer
                isSmaller = true
            }
        }
        return world
    }

    private func witness(_ region: Region, _ world: [Atom: Reading]) -> PolicyDifference.Witness {
        let (before, after) = evaluate(world)
        let values = world.sorted { $0.key < $1.key }.map { atom, reading in
            NamedText(name: atom.text, text: reading.datum.map(Format.text) ?? "unknown")
        }
        return .init(values: values, before: Self.verdict(before, old.policy), after: Self.verdict(after, new.policy), rules: region.rules)
    }

    private static func verdict(_ evaluation: Evaluation, _ policy: CompiledPolicy) -> PolicyDifference.Verdict {
        .init(outcome: evaluation.outcome, factors: evaluation.factors, score: evaluation.score, fired: evaluation.fired.map { policy.rules[$0].name })
    }

    /// Whether a part that is written otherwise has been seen to differ.
    func differs(_ part: PolicyDifference.Part) -> Bool {
        let effects: Set<String> = ["monitor", "step_up", "deny", "notify", "tag"]
        if part.clauses.contains(where: { effects.contains($0.name) }) { return true }
        return part.kind == "decide" ? linesDiffer : differing.contains(part.name)
    }
}

/// SplitMix64: the same throws for the same seed.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ z >> 31) % UInt64(max(1, bound)))
    }
}

extension ImaginedSignIn {
    /// What differs from the ordinary on an account that nobody has signed in to.
    static var unfamiliar: [Atom: Reading] {
        let new = brandNew(novelty: .known(.bool(true)))
        return Dictionary(uniqueKeysWithValues: new.compactMap { id, reading in
            established[id] == reading ? nil : (Atom.signal(id), reading)
        })
    }
}
