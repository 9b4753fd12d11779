import WaryLanguage

extension PolicyStore {
    /// Checks a text that is no file yet, as if it stood at `path` in the policy folder: what it includes and the lists it
    /// names are read from there.
    /// - Parameter path: from the policy folder on; where several folders are configured, the first that has the text's
    ///   includes serves them.
    public func check(draft text: String, at path: String) -> LoadedPolicy {
        PolicyLoader(sources: DraftSources(text: text, path: path, folders: folders)).load(path)
    }

    /// The folders that policies come from; a file stands for the folder it is in.
    private var folders: [FileSources] {
        var roots: [String] = []
        for path in paths {
            guard let root = try? PolicyFolder.files(at: [path]).first?.root, !roots.contains(root) else { continue }
            roots.append(root)
        }
        return roots.map { FileSources(root: $0) }
    }
}

/// One text before all files.
private struct DraftSources: SourceProvider {
    let text: String
    let path: String
    let folders: [FileSources]

    func text(at path: String) throws(SourceError) -> String {
        if path == self.path { return text }
        // Absolute paths are configuration's, never a text's.
        guard !path.hasPrefix("/") else { throw .outside }
        var failure = SourceError.notFound
        for folder in folders {
            do throws(SourceError) {
                return try folder.text(at: path)
            } catch {
                if failure == .notFound { failure = error }
            }
        }
        throw failure
    }
}
