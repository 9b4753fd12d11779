import WaryVocabulary

extension ExpressionChecker {
    mutating func aggregate(_ syntax: AggregateSyntax, _ range: SourceRange) -> Term {
        guard scope != .filter, scope != .constant else {
            report(.type, range, scope == .filter ? "a where cannot ask history: it looks at each past event by itself"
                : "a constant is wanted here")
            return .invalid(range)
        }
        let before = diagnostics.count
        guard let function = AggregateDefinition.Function(rawValue: syntax.function.text) else {
            let meant = Nearest.name(to: syntax.function.text, among: AggregateDefinition.Function.allCases.map(\.rawValue))
            report(.name, syntax.function.range, "no aggregate is called \(syntax.function.text)"
                + (meant.map { "; did you mean \($0)?" } ?? ""), fix: meant)
            return .invalid(range)
        }
        let shape = AggregateShape(function)
        let event = self.event(syntax, shape, range)
        let field = self.field(syntax, shape, function, range)
        let keys = self.keys(syntax.keys, range)
        let extent = self.extent(syntax, shape, function, range)
        let condition = self.condition(syntax, shape, function)
        guard diagnostics.count == before, let event, let extent else { return .invalid(range) }
        let type = shape.type(of: field?.type)
        let text = Canonical.aggregate(function, field?.name, event, keys, extent, condition.map { Canonical(self).text(of: $0) })
        if let known = aggregateIndex[text] { return Term(.aggregate(known), type, range) }
        let definition = AggregateDefinition(
            function: function, field: field?.name, fieldType: field?.type, event: event, keys: keys, extent: extent,
            filter: condition.map { FilterCompiler.filter($0, lists: lists, inputs: inputs, regexes: regexes, limits: limits) },
            text: text)
        aggregateIndex[text] = aggregates.count
        aggregates.append(.init(definition: definition, condition: condition, spelling: spelling(range), range: range))
        return Term(.aggregate(aggregates.count - 1), type, range)
    }

    private mutating func event(_ syntax: AggregateSyntax, _ shape: AggregateShape, _ range: SourceRange) -> EventKind? {
        guard shape.takesEvent else {
            if let event = syntax.event {
                report(.syntax, event.range, "\(syntax.function.text) takes no event: it looks at good sign-ins")
                return nil
            }
            return .loginSucceeded
        }
        guard let name = syntax.event else {
            report(.syntax, range, "\(syntax.function.text) needs an event: \(shape.usage)")
            return nil
        }
        return eventKind(name)
    }

    /// An event's name: one that Wary knows, or the app's own; one that is nearly a known name is a slip.
    mutating func eventKind(_ name: Name) -> EventKind? {
        let kind = EventKind(rawValue: name.text)
        if EventKind.wellKnown.contains(kind) { return kind }
        let known = EventKind.wellKnown.map(\.rawValue)
        let near = Nearest.name(to: name.text, among: known).flatMap { meant in
            name.text.utf8.count >= 4 && Nearest.isSlip(name.text, of: meant) ? meant : nil
        }
        if kind.isReserved || near != nil {
            let meant = near ?? Nearest.name(to: name.text, among: known)
            report(.name, name.range, "no event is called \(name.text)" + (meant.map { "; did you mean \($0)?" } ?? ""),
                   help: meant == nil ? "known are \(known.joined(separator: ", ")), and the app's own" : nil, fix: meant)
            return nil
        }
        guard kind.isWellFormed else {
            report(.name, name.range, "an event's name is at most 64 bytes long")
            return nil
        }
        return kind
    }

    private mutating func field(_ syntax: AggregateSyntax, _ shape: AggregateShape, _ function: AggregateDefinition.Function,
                                _ range: SourceRange) -> (name: String, type: ValueType)? {
        guard shape.takesField else {
            if let field = syntax.field {
                report(.syntax, field.range, "\(function.rawValue) takes no field: \(shape.usage)")
            }
            return nil
        }
        guard let name = syntax.field else {
            report(.syntax, range, "\(function.rawValue) needs a field: \(shape.usage)")
            return nil
        }
        var found: (name: String, type: ValueType)?
        if let kind = KeyKind(rawValue: name.text), kind != .everyone {
            found = (name.text, kind.type)
        } else if let input = inputs.first(where: { $0.input.name == name.text })?.input {
            used.insert(input.name)
            found = (input.name, input.type)
        }
        guard let found else {
            if symbols.inputs.contains(where: { $0.name.text == name.text }) { return nil }
            let names = KeyKind.allCases.filter { $0 != .everyone }.map(\.rawValue) + inputs.map(\.input.name)
            let meant = Self.keyOf[name.text] ?? Nearest.name(to: name.text, among: names)
            report(.name, name.range, "\(name.text) is no field of an event" + (meant.map { "; did you mean \($0)?" } ?? ""),
                   help: "fields are the keys (\(KeyKind.allCases.filter { $0 != .everyone }.map(\.rawValue).joined(separator: ", "))) and inputs",
                   fix: meant)
            return nil
        }
        if !shape.accepts(found.type) {
            report(.type, name.range, "\(function.rawValue) cannot work on \(found.type.withArticle)")
            return nil
        }
        return found
    }

    /// What a signal's name means as a key or field.
    static let keyOf = ["device.id": "device", "network.asn": "network", "geo.country": "country", "user": "account",
                        "address": "ip", "asn": "network", "everybody": "everyone", "all": "everyone"]

    private mutating func keys(_ names: [Name], _ range: SourceRange) -> [KeyKind] {
        var keys: [KeyKind] = []
        for name in names {
            guard let kind = KeyKind(rawValue: name.text) else {
                let all = KeyKind.allCases.map(\.rawValue)
                let meant = Self.keyOf[name.text] ?? Nearest.name(to: name.text, among: all)
                report(.name, name.range, "\(name.text) is no key" + (meant.map { "; did you mean \($0)?" } ?? ""),
                       help: "keys are \(all.joined(separator: ", "))", fix: meant)
                continue
            }
            if keys.contains(kind) {
                report(.duplicate, name.range, "the key \(name.text) is given twice")
            } else {
                keys.append(kind)
            }
        }
        if names.count > 2 {
            report(.syntax, names[2].range, "an aggregate has one key or two", help: "each pair of values is kept as one record")
        }
        if names.isEmpty, !diagnostics.contains(where: { $0.range.file == range.file && $0.range.start >= range.start && $0.range.end <= range.end }) {
            report(.syntax, range, "an aggregate needs a key: by account")
        }
        return keys.sorted()
    }

    private mutating func extent(_ syntax: AggregateSyntax, _ shape: AggregateShape, _ function: AggregateDefinition.Function,
                                 _ range: SourceRange) -> AggregateDefinition.Extent? {
        switch syntax.extent {
        case .within(let milliseconds, let place):
            guard shape.window != .none else {
                report(.syntax, place, "\(function.rawValue) looks at all that is kept: it takes no window", help: shape.usage)
                return nil
            }
            guard milliseconds > 0 else {
                report(.window, place, "a window must be longer than nothing")
                return nil
            }
            guard milliseconds <= limits.retention else {
                report(.window, place, "history is kept for \(Format.duration(limits.retention)): a window cannot be longer",
                       fix: Format.duration(limits.retention))
                return nil
            }
            return .within(milliseconds: milliseconds)
        case .since(let name):
            guard shape.window == .withinOrSince else {
                report(.syntax, name.range, "\(function.rawValue) takes no since: \(shape.usage)")
                return nil
            }
            return eventKind(name).map { .since($0) }
        case nil:
            guard shape.window == .none else {
                report(.syntax, range, "\(function.rawValue) needs a window: \(shape.usage)")
                return nil
            }
            return .ever
        }
    }

    private mutating func condition(_ syntax: AggregateSyntax, _ shape: AggregateShape, _ function: AggregateDefinition.Function) -> Term? {
        guard let condition = syntax.condition else { return nil }
        guard shape.takesCondition else {
            report(.syntax, condition.range, "\(function.rawValue) takes no where: \(shape.usage)")
            return nil
        }
        if case .since? = syntax.extent {
            report(.syntax, condition.range, "count … since takes no where")
            return nil
        }
        let outer = scope
        scope = .filter
        defer { scope = outer }
        return check(condition, as: .bool, for: "a where")
    }
}

/// Which parts an aggregate takes: the table of LANGUAGE section 5.
struct AggregateShape {
    enum Window { case none, within, withinOrSince }
    let function: AggregateDefinition.Function

    init(_ function: AggregateDefinition.Function) { self.function = function }

    var takesEvent: Bool { function != .new }
    var takesField: Bool { ![.count, .elapsed, .regular].contains(function) }
    var takesCondition: Bool { [.count, .distinct, .sum, .avg, .min, .max].contains(function) }
    var window: Window {
        switch function {
        case .count: .withinOrSince
        case .distinct, .sum, .avg, .min, .max, .new, .regular: .within
        case .last, .first, .elapsed: .none
        }
    }
    var usage: String {
        switch function {
        case .count: "count(login.failed by account within 10m)"
        case .distinct: "distinct(account of login by ip within 5m)"
        case .sum, .avg, .min, .max: "\(function.rawValue)(amount of transfer by account within 1d)"
        case .last, .first: "\(function.rawValue)(country of login.succeeded by account)"
        case .elapsed: "elapsed(password.changed by account)"
        case .new: "new(ip by account within 30d)"
        case .regular: "regular(login.failed by account within 1h)"
        }
    }

    func accepts(_ type: ValueType) -> Bool {
        switch function {
        case .sum, .avg: type.isNumber || type.isQuantity
        case .min, .max: type.isOrdered && type != .text
        default: type != .point
        }
    }

    func type(of field: ValueType?) -> ValueType? {
        switch function {
        case .count, .distinct: .int
        case .sum, .avg, .min, .max, .last, .first: field
        case .elapsed: .duration
        case .new: .bool
        case .regular: .decimal
        }
    }

    /// Whether it may be unknown even where its keys are known.
    var maybeWithoutEvents: Bool {
        switch function {
        case .count, .distinct, .new: false
        default: true
        }
    }
}
