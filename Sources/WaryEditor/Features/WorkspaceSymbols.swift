import Foundation
import WaryLanguage

/// The declarations of all policies in the folders that the editor has open.
struct WorkspaceSymbols {
    let workspace: Workspace

    /// Those whose names hold the query's letters, in their order, whatever the case.
    func matching(_ query: String) -> JSON {
        var found: [JSON] = []
        for path in workspace.policyFiles() {
            guard let text = workspace.text(at: path) else { continue }
            let tree = Parser.parse(SourceFile(id: .init(index: 0), path: path, text: text)).tree
            for symbol in DeclaredSymbol.all(in: tree) where Self.holds(query, in: symbol.name) {
                guard found.count < EditorLimits.workspaceSymbols else { return .array(found) }
                found.append(["name": .string(symbol.name), "kind": .int(symbol.kind), "containerName": .string(Self.name(of: path)),
                              "location": ["uri": .string(DocumentURI.uri(path)), "range": tree.file.range(symbol.selection)]])
            }
        }
        return .array(found)
    }

    private static func holds(_ query: String, in name: String) -> Bool {
        var rest = query.lowercased()[...]
        for letter in name.lowercased() where letter == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// A declaration as outlines show it.
struct DeclaredSymbol {
    var name: String
    var detail: String
    /// The protocol's number for kinds of symbols.
    var kind: Int
    var range: SourceRange
    /// The name's place.
    var selection: SourceRange

    static func all(in tree: SyntaxTree) -> [DeclaredSymbol] {
        tree.declarations.map { declaration -> DeclaredSymbol in
            switch declaration {
            case .policy(let node): .init(name: node.name.text, detail: "policy", kind: 4, range: node.range, selection: node.name.range)
            case .include(let node): .init(name: node.path.value, detail: "include", kind: 1, range: node.range, selection: node.path.range)
            case .list(let node): .init(name: node.name.text, detail: "list of \(node.type.text)", kind: 18, range: node.range, selection: node.name.range)
            case .input(let node): .init(name: node.name.text, detail: "input: \(node.type.text)", kind: 13, range: node.range, selection: node.name.range)
            case .binding(let node): .init(name: node.name.text, detail: "let", kind: 14, range: node.range, selection: node.name.range)
            case .rule(let node): .init(name: node.name.text, detail: node.title?.value ?? "rule", kind: 12, range: node.range, selection: node.name.range)
            case .decide(let node): .init(name: "decide", detail: "", kind: 12, range: node.range, selection: node.range)
            case .test(let node): .init(name: node.name.value, detail: "test", kind: 6, range: node.range, selection: node.name.range)
            }
        }.filter { !$0.name.isEmpty }
    }
}
