import WaryVocabulary

extension ExpressionChecker {
    mutating func negate(_ inner: Expression, _ range: SourceRange, expecting: ValueType?) -> Term {
        let term = check(inner, expecting: expecting)
        guard let type = term.type else { return .invalid(range) }
        switch term.kind {
        case .constant(.int(let value)) where value != .min: return Term(.constant(.int(-value)), .int, range)
        case .constant(.decimal(let value)): return Term(.constant(.decimal(-value)), .decimal, range)
        case .constant(.duration(let value)) where value != .min: return Term(.constant(.duration(-value)), .duration, range)
        case .constant(.distance(let value)): return Term(.constant(.distance(-value)), .distance, range)
        case .constant(.speed(let value)): return Term(.constant(.speed(-value)), .speed, range)
        default: break
        }
        guard type.isNumber || type.isQuantity else {
            report(.type, range, "\(type.withArticle) has no sign")
            return .invalid(range)
        }
        return Term(.negate(term), type, range)
    }

    mutating func arithmetic(_ op: ArithmeticOperator, _ left: Expression, _ right: Expression, _ range: SourceRange,
                             expecting: ValueType?) -> Term {
        var a: Term, b: Term
        if op == .add || op == .subtract {
            // 900 + travel.speed wants a unit; a product's factors need none.
            if left.isLiteral, !right.isLiteral {
                b = check(right)
                a = check(left, expecting: b.type?.isQuantity == true ? b.type : nil)
            } else {
                a = check(left)
                b = check(right, expecting: a.type?.isQuantity == true ? a.type : a.type == .instant ? .duration : nil)
            }
        } else {
            a = check(left)
            b = check(right)
        }
        guard let leftType = a.type, let rightType = b.type else { return .invalid(range) }
        guard let type = Self.result(op, leftType, rightType) else {
            let isUnit = (leftType.isNumber || leftType.isQuantity) && (rightType.isNumber || rightType.isQuantity)
            report(isUnit ? .unit : .type, range,
                   "\(leftType.withArticle) \(op.rawValue) \(rightType.withArticle) means nothing",
                   help: isUnit ? "sums want the same unit; distance / duration is a speed, a quantity times a number the same quantity" : nil)
            return .invalid(range)
        }
        if type == .decimal || leftType.isQuantity || rightType.isQuantity {
            if a.type == .int { a = widened(a) }
            if b.type == .int { b = widened(b) }
        }
        return Term(.arithmetic(op, a, b), type, range)
    }

    /// The type of `a op b`; nil where it has none.
    static func result(_ op: ArithmeticOperator, _ a: ValueType, _ b: ValueType) -> ValueType? {
        switch op {
        case .add:
            if a.isNumber, b.isNumber { return a == .int && b == .int ? .int : .decimal }
            if a.isQuantity, a == b { return a }
            if (a == .instant && b == .duration) || (a == .duration && b == .instant) { return .instant }
        case .subtract:
            if a.isNumber, b.isNumber { return a == .int && b == .int ? .int : .decimal }
            if a.isQuantity, a == b { return a }
            if a == .instant, b == .duration { return .instant }
            if a == .instant, b == .instant { return .duration }
        case .multiply:
            if a.isNumber, b.isNumber { return a == .int && b == .int ? .int : .decimal }
            if a.isQuantity, b.isNumber { return a }
            if a.isNumber, b.isQuantity { return b }
            if (a == .speed && b == .duration) || (a == .duration && b == .speed) { return .distance }
        case .divide:
            if a.isNumber, b.isNumber { return .decimal }
            if a.isQuantity, b.isNumber { return a }
            if a.isQuantity, a == b { return .decimal }
            if a == .distance, b == .duration { return .speed }
            if a == .distance, b == .speed { return .duration }
        }
        return nil
    }

    mutating func call(_ name: Name, _ arguments: [Expression], _ range: SourceRange, expecting: ValueType?) -> Term {
        if name.text == "fired" { return fired(name, arguments, range) }
        guard let function = Term.Function(rawValue: name.text) else {
            let names = Term.Function.allCases.map(\.rawValue) + ["fired"] + AggregateDefinition.Function.allCases.map(\.rawValue)
            let meant = Nearest.name(to: name.text, among: names)
            report(.name, name.range, "no function is called \(name.text)" + (meant.map { "; did you mean \($0)?" } ?? ""), fix: meant)
            return .invalid(range)
        }
        switch function {
        case .min, .max: return extremum(function, name, arguments, range, expecting: expecting)
        case .abs:
            guard let argument = single(name, arguments, range) else { return .invalid(range) }
            let term = check(argument, expecting: expecting)
            guard let type = term.type else { return .invalid(range) }
            guard type.isNumber || type.isQuantity else {
                report(.type, argument.range, "abs wants a number or a quantity, and this is \(type.withArticle)")
                return .invalid(range)
            }
            return Term(.call(.abs, [term]), type, range)
        case .lower, .length:
            guard let argument = single(name, arguments, range) else { return .invalid(range) }
            let term = check(argument, as: .text, for: "what \(name.text) looks at")
            return Term(.call(function, [term]), function == .lower ? .text : .int, range)
        case .distanceBetween:
            guard arguments.count == 2 else { return wrongCount(name, 2, arguments, range) }
            let points = arguments.map { check($0, as: .point, for: "what distance_between compares") }
            return Term(.call(.distanceBetween, points), .distance, range)
        }
    }

    private mutating func single(_ name: Name, _ arguments: [Expression], _ range: SourceRange) -> Expression? {
        if arguments.count == 1 { return arguments[0] }
        _ = wrongCount(name, 1, arguments, range)
        return nil
    }

    private mutating func wrongCount(_ name: Name, _ count: Int, _ arguments: [Expression], _ range: SourceRange) -> Term {
        report(.type, range, "\(name.text) takes \(count == 1 ? "one argument" : "\(count) arguments"), and here are \(arguments.count)")
        return .invalid(range)
    }

    private mutating func extremum(_ function: Term.Function, _ name: Name, _ arguments: [Expression], _ range: SourceRange,
                                   expecting: ValueType?) -> Term {
        guard arguments.count >= 2 else {
            report(.type, range, "\(name.text) takes two arguments or more, and here \(arguments.count == 1 ? "is one" : "are none")")
            return .invalid(range)
        }
        // The type of the first that is no bare literal is the type of all.
        let lead = arguments.first { !$0.isLiteral } ?? arguments[0]
        let wanted = check(lead, expecting: expecting)
        let lastReport = diagnostics.count
        var terms = arguments.map { $0.range == lead.range ? wanted : check($0, expecting: wanted.type) }
        if terms.contains(where: { $0.type == nil }) { return .invalid(range) }
        if terms.contains(where: { $0.type == .decimal }) { terms = terms.map { $0.type == .int ? widened($0) : $0 } }
        guard let type = terms[0].type else { return .invalid(range) }
        for term in terms where term.type != type && diagnostics.count == lastReport {
            report(.type, term.range, "\(name.text) wants one type: \(type.withArticle) and \(term.type?.withArticle ?? "")")
        }
        guard diagnostics.count == lastReport else { return .invalid(range) }
        guard type.isOrdered, type != .text else {
            report(.type, range, "\(type.withArticle) has no least and greatest")
            return .invalid(range)
        }
        return Term(.call(function, terms), type, range)
    }

    private mutating func fired(_ name: Name, _ arguments: [Expression], _ range: SourceRange) -> Term {
        guard scope == .decide else {
            report(.name, range, "fired(…) can be asked in decide only", help: "rules are all evaluated; their order does not matter")
            return .invalid(range)
        }
        guard arguments.count == 1, case .path(let rule) = arguments[0].kind else {
            report(.type, range, "fired takes the name of one rule")
            return .invalid(range)
        }
        guard let found = symbols.rules[rule] else {
            let meant = Nearest.name(to: rule, among: symbols.rules.keys.sorted())
            diagnostics.append(Diagnostic(.name, at: arguments[0].range,
                "no rule is called \(rule)" + (meant.map { "; did you mean \($0)?" } ?? ""),
                fix: meant.map { .init(range: arguments[0].range, text: $0) }))
            return .invalid(range)
        }
        if symbols.ruleDeclarations[found.index].monitor != nil {
            report(.name, arguments[0].range, "\(rule) is a monitor: it has no effect, on decide neither",
                   labels: [.init(range: found.range, text: "declared here")])
            return .invalid(range)
        }
        return Term(.fired(rule: found.index), .bool, range)
    }
}
