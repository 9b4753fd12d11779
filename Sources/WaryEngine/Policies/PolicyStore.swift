import WaryLanguage
import WaryVocabulary

/// Where the policies in force come from: files and folders, read whole or not at all. Parse, check, run the policies' own
/// tests, and only then is there a set to put in force.
public struct PolicyStore: Sendable {
    public let paths: [String]
    /// Accounts that no policy may refuse an ordinary sign-in.
    public let breakGlass: [String]
    /// Files of policies that are evaluated beside those in force.
    public let shadow: [String]
    private let limits: LanguageLimits

    public init(paths: [String], breakGlass: [String] = [], shadow: [String] = [], limits: LanguageLimits = .standard) {
        self.paths = paths
        self.breakGlass = breakGlass
        self.shadow = shadow
        self.limits = limits
    }

    /// Why there is no set to put in force; the old one stays.
    public enum Refusal: Error, Sendable {
        case missing(PolicyFolder.Missing)
        /// Errors are among the library's diagnostics.
        case faulty(PolicyLibrary)
        case conflict(PolicySet.Conflict)
        /// Tests of theirs that fail, with the policy file each stands in.
        case failing([(path: String, policy: String, result: PolicyTestResult)])
        /// Names of policies that would refuse a break-glass account its ordinary sign-in.
        case lockout([String])
        /// No file at these paths declares a policy.
        case empty
    }

    /// Reads, checks and tests everything at the store's paths.
    public func load() throws(Refusal) -> PolicySet {
        let library: PolicyLibrary
        do throws(PolicyFolder.Missing) {
            library = try PolicyLibrary.load(paths, limits: limits)
        } catch {
            throw .missing(error)
        }
        if library.hasErrors { throw .faulty(library) }
        guard !library.policies.isEmpty else { throw .empty }
        let failing = library.entries.flatMap { entry -> [(path: String, policy: String, result: PolicyTestResult)] in
            guard let policy = entry.policy else { return [] }
            var runner = PolicyTestRunner(policy)
            return runner.run().filter { !$0.passed }.map { (entry.path, policy.name, $0) }
        }
        guard failing.isEmpty else { throw .failing(failing) }
        let policies: PolicySet
        do throws(PolicySet.Conflict) {
            policies = try PolicySet(library.policies, bundles: library.bundles)
        } catch {
            throw .conflict(error)
        }
        let locking = Set(BreakGlassTrial(accounts: breakGlass).findings(policies).map(\.policy))
        guard locking.isEmpty else { throw .lockout(locking.sorted()) }
        return policies.with(ShadowPolicies.load(shadow, beside: policies, limits: limits))
    }
}
