import WaryLanguage
import WaryVocabulary

/// Where names come from, where they stand, and giving them others.
struct Navigation {
    let analysis: Analysis
    let tree: SyntaxTree

    private func occurrence(_ position: JSON) -> NameIndex.Occurrence? {
        analysis.index.occurrence(at: tree.file.offset(position), in: tree.file.id)
    }

    private func location(_ range: SourceRange) -> JSON {
        guard let file = analysis.file(range.file) else { return .null }
        return ["uri": .string(DocumentURI.uri(file.path)), "range": file.range(range)]
    }

    func definition(_ position: JSON) -> JSON {
        if let target = fileTarget(tree.file.offset(position)) { return target }
        guard let symbol = occurrence(position)?.symbol else { return .null }
        return .array(analysis.index.all(symbol).filter(\.isDeclaration).map { location($0.range) })
    }

    /// The file that an `include` or a list's `from` names.
    private func fileTarget(_ offset: Int) -> JSON? {
        for declaration in tree.declarations {
            let name: TextLiteral
            switch declaration {
            case .include(let node): name = node.path
            case .list(let node):
                guard case .file(let path)? = node.source else { continue }
                name = path
            default: continue
            }
            guard name.range.start <= offset, offset <= name.range.end else { continue }
            let folder = tree.file.path.split(separator: "/").dropLast()
            let start: JSON = ["line": 0, "character": 0]
            return ["uri": .string(DocumentURI.uri("/" + (folder + name.value.split(separator: "/")).joined(separator: "/"))),
                    "range": ["start": start, "end": start]]
        }
        return nil
    }

    func references(_ position: JSON, includesDeclaration: Bool) -> JSON {
        guard let symbol = occurrence(position)?.symbol else { return .array([]) }
        return .array(analysis.index.all(symbol).filter { includesDeclaration || !$0.isDeclaration }.map { location($0.range) })
    }

    func highlights(_ position: JSON) -> JSON {
        guard let symbol = occurrence(position)?.symbol else { return .array([]) }
        return .array(analysis.index.all(symbol).filter { $0.range.file == tree.file.id }.map {
            ["range": tree.file.range($0.range), "kind": $0.isDeclaration ? 3 : 2]
        })
    }

    func prepareRename(_ position: JSON) -> JSON {
        guard let occurrence = occurrence(position), occurrence.symbol.isDeclaredHere else { return .null }
        return ["range": tree.file.range(occurrence.range), "placeholder": .string(occurrence.symbol.name)]
    }

    /// The edits, or why there are none.
    func rename(_ position: JSON, to name: String) throws(RequestFailure) -> JSON {
        guard let symbol = occurrence(position)?.symbol, symbol.isDeclaredHere else {
            throw RequestFailure("only rules, lets, lists and inputs can be renamed")
        }
        let isName = EventKind(rawValue: name).isWellFormed && !name.contains(".")
        guard isName, Keyword(rawValue: name) == nil else {
            throw RequestFailure("`\(name)` is no name: names are written with a to z, 0 to 9 and _, and are no words of the language")
        }
        let taken = symbol.kind == .rule ? analysis.index.names(.rule).contains(name)
            : analysis.index.declared[name] != nil || SignalID(rawValue: name) != nil
        guard !taken || name == symbol.name else { throw RequestFailure("`\(name)` is taken") }
        var changes: [String: [JSON]] = [:]
        for occurrence in analysis.index.all(symbol) {
            guard let file = analysis.file(occurrence.range.file) else { continue }
            changes[DocumentURI.uri(file.path), default: []].append(["range": file.range(occurrence.range), "newText": .string(name)])
        }
        return ["changes": .object(changes.mapValues(JSON.array))]
    }
}
