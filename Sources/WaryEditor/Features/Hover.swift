import WaryLanguage
import WaryVocabulary

/// What is known of the name or word under the cursor.
struct Hover {
    let analysis: Analysis
    let tree: SyntaxTree

    func at(_ position: JSON) -> JSON {
        let offset = tree.file.offset(position)
        if let occurrence = analysis.index.occurrence(at: offset, in: tree.file.id), let text = text(occurrence.symbol) {
            return ["contents": ["kind": "markdown", "value": .string(text)], "range": tree.file.range(occurrence.range)]
        }
        guard let token = tree.tokens.first(where: { $0.range.start <= offset && offset < $0.range.end }),
              case .keyword(let keyword) = token.kind, let help = Help.keywords[keyword] else { return .null }
        return ["contents": ["kind": "markdown", "value": .string("**`\(keyword.rawValue)`**\n\n\(help)")], "range": tree.file.range(token.range)]
    }

    private func text(_ symbol: Symbol) -> String? {
        switch symbol.kind {
        case .signal: return SignalCatalogue.entry(named: symbol.name).map(Help.signal)
        case .function: return Help.functions[symbol.name].map { "```\n\($0.signature)\n```\n\n\($0.text)" }
        case .key: return KeyKind(rawValue: symbol.name).map { "**`\($0.rawValue)`**: `\($0.type)`\n\nA key of history." }
        case .list, .input, .binding, .rule: return declaration(symbol).map(describe)
        case .event: return event(symbol.name)
        case .policy, .factor, .type: return nil
        }
    }

    private func event(_ name: String) -> String {
        let isKnown = EventKind.wellKnown.contains(EventKind(rawValue: name))
        return "**`\(name)`**\n\n" + (isKnown ? "An event that Wary records." : "An event that the app sends under a name of its own.")
    }

    private func declaration(_ symbol: Symbol) -> Declaration? {
        analysis.trees.lazy.flatMap(\.declarations).first { declaration in
            switch (declaration, symbol.kind) {
            case (.list(let node), .list): node.name.text == symbol.name
            case (.input(let node), .input): node.name.text == symbol.name
            case (.binding(let node), .binding): node.name.text == symbol.name
            case (.rule(let node), .rule): node.name.text == symbol.name
            default: false
            }
        }
    }

    private func describe(_ declaration: Declaration) -> String {
        switch declaration {
        case .rule(let node): return describe(node)
        case .input(let node):
            let origin = node.isFromClient ? "from the user's client, which can leave it out or forge it" : "sent by the app"
            let unknown = node.defaultValue.map { "`\(analysis.text($0.range))` where it is not sent" } ?? "unknown where it is not sent"
            return "**`\(node.name.text)`**: `\(node.type.text)`\n\nAn input, \(origin); \(unknown)."
        case .list(let node):
            var text = "**`\(node.name.text)`**: list of `\(node.type.text)`"
            if case .set(let entries)? = node.source, case .set(let elements) = entries.kind {
                text += "\n\n\(elements.count) entr\(elements.count == 1 ? "y" : "ies")"
            } else if case .file(let path)? = node.source {
                text += "\n\nfrom `\(path.value)`"
            }
            return text
        default:
            return "```wary\n\(analysis.text(declaration.range))\n```"
        }
    }

    /// `: 40 to 60`, where the score is computed and both its ends are known.
    private func reach(of rule: RuleDeclaration, _ score: Expression) -> String {
        if case .literal = score.kind { return "" }
        guard let points = analysis.policy?.possiblePoints(of: rule.name.text), let least = points.least, let most = points.most, least < most else { return "" }
        return ": \(least) to \(most)"
    }

    /// A rule's title and all it can do.
    private func describe(_ rule: RuleDeclaration) -> String {
        var effects: [String] = []
        for clause in rule.clauses {
            switch clause.kind {
            case .score(let score, let cap): effects.append("adds `\(analysis.text(score.range))`" + (cap.map { ", at most \($0.value)" } ?? "") + reach(of: rule, score))
            case .stepUp(let factors): effects.append("asks for " + (factors.map { $0.map(\.text).joined(separator: ", ") } ?? "any factor"))
            case .deny: effects.append("refuses")
            case .notify(let names): effects.append("notifies " + names.map(\.text).joined(separator: ", "))
            case .tag(let texts): effects.append("tags " + texts.map { "`\($0.value)`" }.joined(separator: ", "))
            case .unknown(.skip): effects.append("does nothing where it is unknown")
            case .unknown(.fire): effects.append("fires where it is unknown")
            case .unknown(.score(let score)): effects.append("adds \(score.value) where it is unknown")
            case .when, .unless: break
            }
        }
        var text = "**rule `\(rule.name.text)`**"
        if let title = rule.title { text += "\n\n\(title.value)" }
        if rule.monitor != nil { text += "\n\nMonitored: evaluated and reported, without effect." }
        return effects.isEmpty ? text : text + "\n\n" + effects.map { "- \($0)" }.joined(separator: "\n")
    }
}
