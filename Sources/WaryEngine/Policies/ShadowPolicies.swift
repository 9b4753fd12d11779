import WaryLanguage
import WaryVocabulary

/// Policies that are evaluated beside those in force and decide nothing.
struct ShadowPolicies: Sendable {
    var policies: [CompiledPolicy] = []
    var bundles: [String: PolicyBundle] = [:]
    /// Why one that was asked for is not evaluated.
    var faults: [String] = []

    /// Reads them. Whatever is wrong with one keeps that one out, and nothing else.
    static func load(_ paths: [String], beside live: PolicySet, limits: LanguageLimits) -> ShadowPolicies {
        var shadows = ShadowPolicies()
        for path in paths {
            do throws(PolicyFolder.Missing) {
                let library = try PolicyLibrary.load([path], limits: limits)
                for entry in library.entries where !entry.isFragment { shadows.add(entry, beside: live) }
            } catch {
                shadows.faults.append(error.description)
            }
        }
        return shadows
    }

    private mutating func add(_ entry: PolicyLibrary.Entry, beside live: PolicySet) {
        guard let policy = entry.policy else {
            let errors = entry.diagnostics.count { $0.severity == .error }
            faults.append("\(entry.path): \(errors) error\(errors == 1 ? "" : "s"); wary check shows them")
            return
        }
        guard live.policy(for: policy.event) != nil else {
            faults.append("\(entry.path): no policy in force is for \(policy.event)")
            return
        }
        guard policies.count < EngineLimits.shadows else {
            faults.append("\(entry.path): more than \(EngineLimits.shadows) shadow policies")
            return
        }
        guard !policies.contains(where: { $0.label == policy.label }) else { return }
        policies.append(policy)
        if let bundle = entry.bundle { bundles[policy.label] = bundle }
    }
}
