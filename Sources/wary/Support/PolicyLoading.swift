import WaryEngine
import WaryLanguage

/// Policies ready to decide, or a failure that prints everything that stands in the way.
func loadPolicies(_ paths: [String]) throws -> PolicySet {
    guard !paths.isEmpty else { return .none }
    do throws(PolicyStore.Refusal) {
        return try PolicyStore(paths: paths).load()
    } catch {
        throw CommandFailure(RefusalText(error).description)
    }
}
