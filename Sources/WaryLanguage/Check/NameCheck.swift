import WaryVocabulary

extension ExpressionChecker {
    mutating func path(_ name: String, _ range: SourceRange, expecting: ValueType?) -> Term {
        if let found = symbols.meanings[name] {
            used.insert(name)
            let term = declared(found.meaning, name, range)
            return expecting.map { adapted(term, to: $0) } ?? term
        }
        if let entry = SignalCatalogue.entry(named: name) { return signal(entry, range) }
        if scope == .filter, let kind = KeyKind(rawValue: name) { return Term(.key(kind), kind.type, range) }
        // A weekday or factor may stand without quotes.
        if expecting == .weekday, Weekday(name: name) != nil { return constant(.text(name), range, expecting: .weekday) }
        if expecting == .factor, Factor(rawValue: name) != nil { return constant(.text(name), range, expecting: .factor) }
        if let rule = symbols.rules[name] {
            report(.name, range, "\(name) is a rule, not a value", help: scope == .decide ? "fired(\(name)) says whether it fired" : nil,
                   fix: scope == .decide ? "fired(\(name))" : nil, labels: [.init(range: rule.range, text: "declared here")])
            return .invalid(range)
        }
        let meant = Nearest.name(to: name, among: symbols.names)
        report(.name, range, "no signal, let, list or input is called \(name)" + (meant.map { "; did you mean \($0)?" } ?? ""), fix: meant)
        return .invalid(range)
    }

    private mutating func signal(_ entry: SignalEntry, _ range: SourceRange) -> Term {
        if scope == .filter, !entry.id.isEventField {
            report(.name, range, "\(entry.name) is not a field of the event: a where looks at each past event by itself",
                   help: "it may use \(SignalID.allCases.filter(\.isEventField).map(\.rawValue).joined(separator: ", ")) and inputs")
            return .invalid(range)
        }
        if scope == .constant {
            report(.type, range, "a constant is wanted here, and \(entry.name) is a signal")
            return .invalid(range)
        }
        return Term(.signal(entry.id), entry.type, range)
    }

    private mutating func declared(_ meaning: Symbols.Meaning, _ name: String, _ range: SourceRange) -> Term {
        switch meaning {
        case .input(let index):
            guard scope != .constant else {
                report(.type, range, "a constant is wanted here, and \(name) is an input")
                return .invalid(range)
            }
            // An input whose type could not be read has been reported.
            guard let input = inputs.first(where: { $0.input.name == symbols.inputs[index].name.text }),
                  let position = inputs.firstIndex(where: { $0.input.name == input.input.name }) else { return .invalid(range) }
            return Term(.input(position), input.input.type, range)
        case .list(let index):
            guard let position = lists.firstIndex(where: { $0.name == symbols.lists[index].name.text }) else { return .invalid(range) }
            return Term(.list(position), .set(of: lists[position].elementType), range)
        case .binding(let index):
            let term = binding(index, at: range)
            // One that could not be understood, or is still being looked at, has been reported; to refer to it would close the circle.
            guard term.type != nil else { return .invalid(range) }
            if scope == .filter || scope == .constant { return inlined(term, name, range) }
            return Term(.binding(index), term.type, range)
        }
    }

    /// A let's term, checked when first met; a let that needs itself is reported with the way round.
    mutating func binding(_ index: Int, at range: SourceRange) -> Term {
        if let known = bindings[index] { return known.term }
        let declaration = symbols.bindings[index]
        if let start = bindingsUnderWay.firstIndex(of: index) {
            let names = bindingsUnderWay[start...].map { symbols.bindings[$0].name.text } + [declaration.name.text]
            report(.cycle, range, "\(declaration.name.text) needs itself: \(names.joined(separator: " → "))",
                   help: "a let may use only what does not use it",
                   labels: [.init(range: declaration.name.range, text: "declared here")])
            return .invalid(range)
        }
        bindingsUnderWay.append(index)
        let outer = (scope, depth)
        scope = .condition
        depth = 0
        let term = check(declaration.value)
        (scope, depth) = outer
        bindingsUnderWay.removeLast()
        bindings[index] = CheckedPolicy.Binding(name: declaration.name.text, term: term, range: declaration.name.range)
        return term
    }

    /// In a `where` a let stands for its text, which must then be of the event's own fields.
    private mutating func inlined(_ term: Term, _ name: String, _ range: SourceRange) -> Term {
        var copy = term
        copy.range = range
        if let bad = firstForeign(in: term) {
            report(scope == .constant ? .type : .name, range,
                   scope == .constant ? "a constant is wanted here, and \(name) is none"
                       : "\(name) uses \(bad), which is not a field of the event: a where looks at each past event by itself")
            return .invalid(range)
        }
        return substituted(copy)
    }

    private func firstForeign(in term: Term) -> String? {
        switch term.kind {
        case .signal(let id): return scope == .filter && id.isEventField ? nil : id.rawValue
        case .input(let index): return scope == .filter ? nil : inputs[index].input.name
        case .aggregate(let index): return aggregates[index].spelling
        case .score: return "score"
        case .fired: return "fired"
        case .binding(let index): return bindings[index].flatMap { firstForeign(in: $0.term) }
        default: return term.children.lazy.compactMap { firstForeign(in: $0) }.first
        }
    }

    /// The term with lets replaced by what they stand for.
    private func substituted(_ term: Term) -> Term {
        term.mapping { part in
            if case .binding(let index) = part.kind, let binding = bindings[index] {
                var copy = substituted(binding.term)
                copy.range = part.range
                return copy
            }
            return nil
        }
    }
}

extension Term {
    /// Rebuilds the term; where `change` gives one, it stands in place of the part.
    func mapping(_ change: (Term) -> Term?) -> Term {
        if let changed = change(self) { return changed }
        func map(_ part: Term) -> Term { part.mapping(change) }
        var copy = self
        switch kind {
        case .constant, .signal, .input, .aggregate, .binding, .list, .key, .score, .fired, .invalid: break
        case .not(let a): copy.kind = .not(map(a))
        case .negate(let a): copy.kind = .negate(map(a))
        case .widen(let a): copy.kind = .widen(map(a))
        case .matches(let a, let regex): copy.kind = .matches(map(a), regex: regex)
        case .isKnown(let a, let isNegated): copy.kind = .isKnown(map(a), isNegated: isNegated)
        case .logical(let op, let parts): copy.kind = .logical(op, parts.map(map))
        case .set(let parts): copy.kind = .set(parts.map(map))
        case .call(let function, let parts): copy.kind = .call(function, parts.map(map))
        case .compare(let op, let a, let b): copy.kind = .compare(op, map(a), map(b))
        case .member(let a, let b, let isNegated): copy.kind = .member(map(a), of: map(b), isNegated: isNegated)
        case .fallback(let a, let b): copy.kind = .fallback(map(a), map(b))
        case .arithmetic(let op, let a, let b): copy.kind = .arithmetic(op, map(a), map(b))
        case .inRange(let a, let low, let high, let isNegated):
            copy.kind = .inRange(map(a), low: map(low), high: map(high), isNegated: isNegated)
        case .between(let a, let low, let high): copy.kind = .between(map(a), low: map(low), high: map(high))
        }
        return copy
    }
}

extension SignalID {
    /// Whether its value stands in the event itself, so that past events have it too.
    var isEventField: Bool {
        switch self {
        case .account, .tenant, .app, .channel, .method, .credential, .credentialBreached, .accountFactors, .ip, .ipPrivate,
             .networkASN, .networkName, .networkAnonymous, .networkHosting, .networkVPN, .networkProxy, .networkTor,
             .geoCountry, .geoRegion, .geoCity, .geoPoint, .geoAccuracy, .deviceID, .agent: true
        default: false
        }
    }
}
