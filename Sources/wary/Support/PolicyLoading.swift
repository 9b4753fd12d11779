import WaryEngine
import WaryLanguage
import WarySignals

/// Policies ready to decide, or a failure that prints everything that stands in the way.
func loadPolicies(_ paths: [String]) throws -> PolicySet {
    guard !paths.isEmpty else { return .none }
    do throws(PolicyStore.Refusal) {
        return try PolicyStore(paths: paths).load()
    } catch {
        throw CommandFailure(describe(error))
    }
}

private func describe(_ refusal: PolicyStore.Refusal) -> String {
    switch refusal {
    case .missing(let missing): return missing.description
    case .conflict(let conflict): return conflict.description
    case .empty: return "no file there declares a policy"
    case .faulty(let library):
        let texts = library.entries.flatMap { DiagnosticText($0, errorsOnly: true, on: .error).human }.unique()
        return "the policy has errors\n" + texts.joined(separator: "\n")
    case .failing(let failing):
        let lines = failing.map { "  \($0.path): \($0.result.name): \($0.result.message)" }
        return "the policy's own tests fail\n" + lines.joined(separator: "\n")
    }
}

/// Position and network databases, or why one of them cannot be used.
func loadPositions(_ paths: [String]) throws -> PositionDatabases? {
    guard !paths.isEmpty else { return nil }
    do throws(PositionError) {
        return try PositionDatabases(paths: paths)
    } catch {
        throw CommandFailure(error.description)
    }
}
