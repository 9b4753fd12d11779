import Foundation
import Testing
import WaryLanguage
import WaryVocabulary

/// The machine against the reference interpreter, on random policies and random inputs.
@Suite struct MachineAgainstReference {
    /// Policies tried; each on several inputs. `make fuzz` sets more.
    static let rounds = ProcessInfo.processInfo.environment["WARY_FUZZ_ROUNDS"].flatMap(Int.init) ?? 400
    static let seed = ProcessInfo.processInfo.environment["WARY_FUZZ_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))

    @Test func agree() throws {
        print("differential seed \(Self.seed), \(Self.rounds) policies (WARY_FUZZ_SEED, WARY_FUZZ_ROUNDS)")
        for round in 0..<Self.rounds {
            var generator = PolicyGenerator(seed: Self.seed &+ UInt64(round) &* 7919)
            let text = generator.policy()
            let loaded = load(text)
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            guard let policy = loaded.policy else {
                Issue.record("seed \(Self.seed) round \(round): \(errors.map(\.message))\n\(text)")
                return
            }
            var machine = PolicyMachine(policy)
            var inputs = InputGenerator(seed: Self.seed &+ UInt64(round))
            for _ in 0..<6 {
                var source = inputs.source(PolicyGenerator.aggregates)
                rename(&source, policy)
                guard check(policy, &machine, loaded.trees[0], source, "seed \(Self.seed) round \(round)\n\(text)") else { return }
            }
        }
    }

    /// The `where` of the generator's aggregate has a canonical text of its own.
    private func rename(_ source: inout ScriptedSource, _ policy: CompiledPolicy) {
        for aggregate in policy.aggregates where source.aggregates[aggregate.text] == nil {
            source.aggregates[aggregate.text] = source.aggregates[PolicyGenerator.aggregates[12].text]
        }
    }

    private func check(_ policy: CompiledPolicy, _ machine: inout PolicyMachine, _ tree: SyntaxTree, _ source: ScriptedSource, _ note: String) -> Bool {
        var asked = source
        let result = machine.evaluate(&asked)
        var reference = ReferenceInterpreter(tree, source: source)
        let wanted = reference.decide()
        let got = ReferenceInterpreter.Answer(
            outcome: result.outcome, factors: result.factors, score: result.score, isDegraded: result.isDegraded,
            fired: result.fired.map { policy.rules[$0].name }, unknown: result.unknown.map { policy.rules[$0].name },
            monitored: result.monitored.map { policy.rules[$0].name })
        if got != wanted || asked.asked.values.contains(where: { $0 > 1 }) {
            Issue.record("\(note)\nsignals \(source.signals)\ninputs \(source.inputs)\naggregates \(source.aggregates)\nmachine \(got)\nreference \(wanted)")
            return false
        }
        return explanationsAgree(machine.explain(.full), policy, result, note)
    }

    /// Explanations are made by another walk over the terms: they must not contradict the evaluation.
    private func explanationsAgree(_ explanation: Explanation, _ policy: CompiledPolicy, _ result: Evaluation, _ note: String) -> Bool {
        let missing = explanation.unknown.filter { $0.missing.isEmpty }
        if !missing.isEmpty || explanation.unknown.map(\.rule) != result.unknown.map({ policy.rules[$0].name }) {
            Issue.record("\(note)\nunknown without a cause: \(explanation.unknown), machine \(result.unknown)")
            return false
        }
        return true
    }

    /// Where the checker asks for no `unknown` clause, nothing can be unknown.
    @Test func rulesWithoutAnUnknownClauseAreNeverUnknown() throws {
        print("unknown seed \(Self.seed)")
        var kept = 0
        for round in 0..<Self.rounds {
            var generator = PolicyGenerator(seed: Self.seed &+ UInt64(round) &* 104_729)
            let text = generator.policy(treated: false)
            guard let policy = load(text).policy else { continue }
            kept += 1
            var machine = PolicyMachine(policy)
            var inputs = InputGenerator(seed: Self.seed &+ UInt64(round))
            for _ in 0..<6 {
                var source = inputs.source(PolicyGenerator.aggregates)
                for (name, reading) in source.aggregates where name.hasPrefix("count") || name.hasPrefix("distinct") || name.hasPrefix("new") {
                    if !name.contains("by device") && !name.hasPrefix("new") { source.aggregates[name] = reading.datum == nil ? .known(.int(1)) : reading }
                }
                // The aggregate keyed by the device, and the one that looks for it, are known just when the device is.
                let isKnown = source.signals[.deviceID]?.datum != nil
                source.aggregates[PolicyGenerator.aggregates[1].text] = isKnown ? .known(.int(2)) : .unknown(.notSent)
                source.aggregates[PolicyGenerator.aggregates[10].text] = isKnown ? .known(.bool(true)) : .unknown(.notSent)
                rename(&source, policy)
                let result = machine.evaluate(&source)
                if result.isDegraded { continue }
                for index in result.unknown where !text.contains("rule \(policy.rules[index].name)") { Issue.record("no such rule") }
                let bare = result.unknown.filter { !hasClause(policy.rules[$0].name, text) }
                if !bare.isEmpty {
                    Issue.record("seed \(Self.seed) round \(round): \(bare.map { policy.rules[$0].name }) unknown\n\(text)\nsignals \(source.signals)\ninputs \(source.inputs)\naggregates \(source.aggregates)")
                    return
                }
            }
        }
        #expect(kept > 0)
    }

    private func hasClause(_ rule: String, _ text: String) -> Bool {
        let body = text.components(separatedBy: "rule \(rule)").last?.components(separatedBy: "\n}").first ?? ""
        return body.contains("\n  unknown ")
    }
}
