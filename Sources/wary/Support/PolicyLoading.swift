import WaryEngine
import WaryLanguage
import WarySignals

/// Policies ready to decide, or a failure that prints everything that stands in the way.
func loadPolicies(_ paths: [String]) throws -> PolicySet {
    guard !paths.isEmpty else { return .none }
    do throws(PolicyStore.Refusal) {
        return try PolicyStore(paths: paths).load()
    } catch {
        throw CommandFailure(RefusalText(error).description)
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
