import WaryLanguage
import WaryVocabulary

/// The file that a policy in force stands in, where another is to take its place.
public struct PolicyPlace: Sendable {
    /// As it is named by the configuration.
    public let path: String
    /// The policy that stands there now.
    public let policy: CompiledPolicy
    /// With everything it is made of.
    public let bundle: PolicyBundle?
    private let file: PolicyFolder.File

    /// The places of all policies at these paths.
    public static func all(at paths: [String]) throws(PolicyFolder.Missing) -> [PolicyPlace] {
        let files = try PolicyFolder.files(at: paths)
        return try PolicyLibrary.load(paths).entries.compactMap { entry in
            guard let policy = entry.policy, let file = files.first(where: { $0.shown == entry.path }) else { return nil }
            return PolicyPlace(path: entry.path, policy: policy, bundle: entry.bundle, file: file)
        }
    }

    /// What a text would be there, with the includes and lists that stand beside it.
    public func loaded(with text: String) -> LoadedPolicy {
        PolicyLoader(sources: ReplacedSource(base: FileSources(root: file.root), path: file.path, text: text)).load(file.path)
    }
}

/// A folder's files, one of them with another text.
private struct ReplacedSource: SourceProvider {
    let base: FileSources
    let path: String
    let text: String

    func text(at path: String) throws(SourceError) -> String { path == self.path ? text : try base.text(at: path) }

    func displayName(of path: String) -> String { base.displayName(of: path) }
}
