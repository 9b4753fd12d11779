/// Finds the smallest change of rules' states that gives a milder or a stricter answer.
struct CounterfactualSearch {
    let policy: CompiledPolicy
    let registers: Registers

    func milder() -> Counterfactual? { nil }
    func stricter() -> Counterfactual? { nil }
}
