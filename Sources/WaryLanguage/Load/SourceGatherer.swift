import WaryVocabulary

/// Reads a policy's file, what it includes and its list files.
struct SourceGatherer {
    let sources: any SourceProvider
    let limits: LanguageLimits
    private(set) var trees: [SyntaxTree] = []
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var dependencies: [String] = []
    /// By the list's name.
    private(set) var listFiles: [String: SourceFile] = [:]
    private var listPaths: [(name: String, path: String, text: String)] = []
    private var read: Set<String> = []

    init(sources: any SourceProvider, limits: LanguageLimits) {
        self.sources = sources
        self.limits = limits
    }

    mutating func gather(_ path: String) {
        let start = SourceRange(file: SourceFile.ID(index: 0), start: 0, end: 0)
        guard let normal = PolicyPath.normalised(path) else {
            trees.append(SyntaxTree(file: SourceFile(id: start.file, path: path, text: ""), tokens: [], declarations: []))
            diagnostics.append(Diagnostic(.include, at: start, "\(path) lies outside the policy folder"))
            return
        }
        include(normal, from: start, chain: [])
        // The policy's own texts are numbered first, as the trees are.
        for (name, path, text) in listPaths {
            let id = SourceFile.ID(index: trees.count + listFiles.count)
            listFiles[name] = SourceFile(id: id, path: sources.displayName(of: path), text: text)
        }
    }

    private mutating func include(_ path: String, from place: SourceRange, chain: [String]) {
        if let first = chain.firstIndex(of: path) {
            let way = (chain[first...] + [path]).joined(separator: " → ")
            diagnostics.append(Diagnostic(.cycle, at: place, "the files include each other in a circle: \(way)",
                                          help: "move what both need into a file of its own"))
            return
        }
        guard read.insert(path).inserted else { return }
        dependencies.append(path)
        guard let text = text(at: path, for: place, code: .include) else {
            if chain.isEmpty {
                trees.append(SyntaxTree(file: SourceFile(id: place.file, path: sources.displayName(of: path), text: ""), tokens: [], declarations: []))
            }
            return
        }
        let file = SourceFile(id: SourceFile.ID(index: trees.count), path: sources.displayName(of: path), text: text)
        let (tree, reports) = Parser.parse(file)
        trees.append(tree)
        diagnostics += reports
        for declaration in tree.declarations {
            switch declaration {
            case .include(let node): follow(node, in: path, chain: chain + [path])
            case .list(let node): readList(node, in: path)
            default: break
            }
        }
    }

    private mutating func follow(_ node: IncludeDeclaration, in path: String, chain: [String]) {
        guard trees.count <= limits.includes else {
            diagnostics.append(Diagnostic(.include, at: node.range, "a policy includes at most \(limits.includes) files"))
            return
        }
        guard let target = PolicyPath.resolved(node.path.value, from: path) else {
            return outside(node.path)
        }
        include(target, from: node.path.range, chain: chain)
    }

    private mutating func readList(_ node: ListDeclaration, in path: String) {
        guard case .file(let name)? = node.source, !listPaths.contains(where: { $0.name == node.name.text }) else { return }
        guard let target = PolicyPath.resolved(name.value, from: path) else { return outside(name) }
        if !dependencies.contains(target) { dependencies.append(target) }
        if let text = text(at: target, for: name.range, code: .list) { listPaths.append((node.name.text, target, text)) }
    }

    private mutating func outside(_ name: TextLiteral) {
        diagnostics.append(Diagnostic(.include, at: name.range, "\(Format.quoted(name.value)) leads out of the policy folder",
                                      help: "paths are relative to this file and stay in the folder"))
    }

    private mutating func text(at path: String, for place: SourceRange, code: DiagnosticCode) -> String? {
        do throws(SourceError) {
            return try sources.text(at: path)
        } catch {
            diagnostics.append(Diagnostic(code, at: place, "\(sources.displayName(of: path)): \(error.text)"))
            return nil
        }
    }
}

extension SourceError {
    var text: String {
        switch self {
        case .notFound: "there is no such file"
        case .outside: "it lies outside the policy folder"
        case .tooLong(let limit): "the file is longer than \(limit) bytes"
        case .notUTF8: "the file is not UTF-8"
        case .unreadable(let reason): "it cannot be read: \(reason)"
        }
    }
}

/// Paths inside the policy folder.
enum PolicyPath {
    /// `path` as written in `file`, from the folder on; nil where it leads out of the folder.
    static func resolved(_ path: String, from file: String) -> String? {
        guard !path.hasPrefix("/"), !path.isEmpty else { return nil }
        let folder = file.split(separator: "/").dropLast().map(String.init)
        return joined(folder + path.split(separator: "/").map(String.init))
    }

    /// Without `.` and `..`; an absolute path stays one.
    static func normalised(_ path: String) -> String? {
        joined(path.split(separator: "/").map(String.init)).map { path.hasPrefix("/") ? "/" + $0 : $0 }
    }

    private static func joined(_ parts: [String]) -> String? {
        var result: [String] = []
        for part in parts where part != "." {
            if part == ".." {
                if result.popLast() == nil { return nil }
            } else {
                result.append(part)
            }
        }
        return result.isEmpty ? nil : result.joined(separator: "/")
    }
}
