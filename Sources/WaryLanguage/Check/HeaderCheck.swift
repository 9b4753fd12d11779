import WaryVocabulary

extension PolicyChecker {
    /// The policy block: one in all, each setting once.
    mutating func checkHeader(parsed: [Diagnostic]) {
        guard let header = symbols.policies.first else {
            if !mayHideDeclaration(parsed) {
                report(.syntax, policy.nameRange, "there is no policy block",
                       help: "begin with: policy my_policy { for login }")
            }
            return
        }
        for other in symbols.policies.dropFirst() {
            report(.duplicate, other.name.range, "there is a second policy block", help: "one policy in all, what is included counted in",
                   labels: [.init(range: header.name.range, text: "the first")])
        }
        policy.name = header.name.text
        policy.title = header.title?.value
        policy.nameRange = header.name.range
        var seen: [String: SourceRange] = [:]
        for (setting, range) in header.settings {
            let name = Self.name(of: setting)
            if let first = seen[name] {
                report(.duplicate, range, "\(name) is given twice", labels: [.init(range: first, text: "first given here")])
                continue
            }
            seen[name] = range
            apply(setting, range)
        }
    }

    private mutating func apply(_ setting: PolicyDeclaration.Setting, _ range: SourceRange) {
        switch setting {
        case .event(let name):
            if let kind = expressions.eventKind(name) { policy.event = kind }
        case .onError(let outcome):
            policy.onError = outcome.outcome
            policy.onErrorFactors = outcome.factors.map { factors($0) }
            policy.onErrorRange = range
        case .noFactor(let outcome):
            policy.noFactor = outcome.outcome
            if let names = outcome.factors, let first = names.first {
                report(.syntax, first.range, "no_factor takes no factors: it says what happens when there is none")
            }
        case .timeZone(let name):
            if Self.isTimeZoneName(name.value) {
                policy.timeZone = name.value
            } else {
                report(.name, name.range, "\(Format.quoted(name.value)) is no time zone", help: "write an IANA name: \"Europe/Paris\"")
            }
        }
    }

    private static func name(of setting: PolicyDeclaration.Setting) -> String {
        switch setting {
        case .event: "for"
        case .onError: "on_error"
        case .noFactor: "no_factor"
        case .timeZone: "timezone"
        }
    }

    /// The form of an IANA name; whether the system knows the zone is seen when it is used.
    private static func isTimeZoneName(_ name: String) -> Bool {
        if name == "UTC" || name == "GMT" { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.allSatisfy { part in
            part.first?.isUppercase == true && part.utf8.allSatisfy { byte in
                (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || [95, 45, 43].contains(byte)
            }
        }
    }

    mutating func checkInputs() {
        for declaration in symbols.inputs {
            guard let type = ValueType(name: declaration.type.text) else {
                unknownType(declaration.type)
                continue
            }
            var value: Datum?
            if let expression = declaration.defaultValue {
                expressions.scope = .constant
                let term = expressions.check(expression, as: type, for: "the default")
                expressions.scope = .condition
                value = term.constant
                if value == nil, term.type != nil { report(.type, expression.range, "a default is a constant") }
            }
            let input = PolicyInput(name: declaration.name.text, type: type, isFromClient: declaration.isFromClient, defaultValue: value)
            expressions.inputs.append(.init(input: input, range: declaration.name.range))
        }
        policy.inputs = expressions.inputs
    }

    private mutating func unknownType(_ name: Name) {
        let all = ValueType.named.map(\.name)
        let meant = Nearest.name(to: name.text, among: all)
        report(.name, name.range, "no type is called \(name.text)" + (meant.map { "; did you mean \($0)?" } ?? ""),
               help: "types are \(all.joined(separator: ", "))", fix: meant)
    }

    mutating func checkLists() {
        for declaration in symbols.lists {
            guard let type = ValueType(name: declaration.type.text) else {
                unknownType(declaration.type)
                continue
            }
            var list = CheckedPolicy.List(name: declaration.name.text, elementType: type, entries: [], entryRanges: [], path: nil,
                                          range: declaration.name.range)
            switch declaration.source {
            case .set(let expression)?: inlineEntries(expression, into: &list)
            case .file(let path)?: fileEntries(path, into: &list)
            case nil: break
            }
            expressions.lists.append(list)
        }
        policy.lists = expressions.lists
    }

    private mutating func inlineEntries(_ expression: Expression, into list: inout CheckedPolicy.List) {
        guard case .set(let elements) = expression.kind else {
            if case .missing = expression.kind { return }
            report(.type, expression.range, "a list is a set: [ … ]")
            return
        }
        expressions.scope = .constant
        defer { expressions.scope = .condition }
        if elements.count > limits.listEntries { report(.list, expression.range, "a list has at most \(limits.listEntries) entries") }
        for element in elements {
            let term = expressions.check(element, as: list.elementType, for: "an entry of \(list.name)")
            guard let value = expressions.constantValue(term) else {
                if term.type != nil { report(.type, element.range, "an entry of a list is a constant") }
                continue
            }
            list.entries.append(value)
            list.entryRanges.append(element.range)
        }
    }

    private mutating func fileEntries(_ path: TextLiteral, into list: inout CheckedPolicy.List) {
        // A file that could not be read has been reported by the loader.
        guard let file = listFiles[list.name] else { return }
        list.path = file.path
        let (entries, bad) = ListFile.entries(of: file.text, type: list.elementType, limit: limits.listEntries)
        for problem in bad {
            report(.list, SourceRange(file: file.id, start: problem.place.lowerBound, end: problem.place.upperBound),
                   problem.message, help: "read for the list \(list.name)", fix: problem.mend)
        }
        list.entries = entries.map(\.value)
        list.entryRanges = entries.map { SourceRange(file: file.id, start: $0.place.lowerBound, end: $0.place.upperBound) }
    }
}
