/// W-unused: a let, list, input or include that nothing uses. In an included file, which others may share, single names are
/// let be; the include is reported when nothing of it is used.
struct UnusedCheck: LintCheck {
    func check(_ context: LintContext, into diagnostics: inout [Diagnostic]) {
        guard let main = context.trees.first else { return }
        let used = context.used
        for declaration in main.declarations {
            guard let (what, name) = Self.named(declaration), !used.contains(name.text) else { continue }
            diagnostics.append(Diagnostic(.unused, at: name.range, "nothing uses the \(what) \(name.text)", help: "remove it"))
        }
        for tree in context.trees { includes(of: tree, context, used, &diagnostics) }
    }

    private func includes(of tree: SyntaxTree, _ context: LintContext, _ used: Set<String>, _ diagnostics: inout [Diagnostic]) {
        for declaration in tree.declarations {
            guard case .include(let node) = declaration, let index = context.includedTree(node) else { continue }
            let names = context.names(in: index)
            guard let names, !names.isEmpty, used.isDisjoint(with: names) else { continue }
            diagnostics.append(Diagnostic(.unused, at: node.range, "nothing of \(Format.quoted(node.path.value)) is used", help: "remove the include"))
        }
    }

    static func named(_ declaration: Declaration) -> (what: String, name: Name)? {
        switch declaration {
        case .binding(let node): ("let", node.name)
        case .list(let node): ("list", node.name)
        case .input(let node): ("input", node.name)
        default: nil
        }
    }

}

extension LintContext {
    /// Which tree an include stands for.
    func includedTree(_ node: IncludeDeclaration) -> Int? {
        guard trees.indices.contains(node.range.file.index) else { return nil }
        let from = trees[node.range.file.index].file.path
        guard let target = PolicyPath.resolved(node.path.value, from: from) ?? PolicyPath.normalised(node.path.value) else { return nil }
        return trees.firstIndex { $0.file.path == target || $0.file.path.hasSuffix("/" + target) }
    }

    /// What a file and the files that it includes declare; nil when they hold more than names to use.
    func names(in tree: Int, depth: Int = 0) -> Set<String>? {
        var names: Set<String> = []
        for declaration in trees[tree].declarations {
            if let (_, name) = UnusedCheck.named(declaration) {
                names.insert(name.text)
            } else if case .include(let node) = declaration, depth < 32, let inner = includedTree(node) {
                guard let more = self.names(in: inner, depth: depth + 1) else { return nil }
                names.formUnion(more)
            } else {
                return nil
            }
        }
        return names
    }
}
