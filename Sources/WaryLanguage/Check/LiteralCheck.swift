import WaryVocabulary

extension ExpressionChecker {
    mutating func literal(_ literal: Literal, _ range: SourceRange, expecting: ValueType?) -> Term {
        switch literal {
        // The parser has reported it.
        case .badQuantity: return .invalid(range)
        case .datum(let datum):
            return constant(datum, range, expecting: expecting)
        }
    }

    /// A constant, turned into the type that is wanted where literals of its kind stand for such values.
    mutating func constant(_ datum: Datum, _ range: SourceRange, expecting: ValueType?) -> Term {
        let plain = Term(.constant(datum), datum.type, range)
        guard let expecting, datum.type != expecting else { return plain }
        switch (datum, expecting) {
        case (.int(let value), .decimal): return Term(.constant(.decimal(Double(value))), .decimal, range)
        case (.text(let text), .country): return country(text, range)
        case (.text(let text), .weekday): return named(text, range, Weekday.init(name:), Datum.weekday, .weekday, Weekday.allCases.map(\.description))
        case (.text(let text), .factor): return named(text, range, Factor.init(rawValue:), Datum.factor, .factor, Factor.allCases.map(\.rawValue))
        case (.ip(let address), .network): return Term(.constant(.network(Network(address, length: address.isV4 ? 32 : 128))), .network, range)
        case (.int(let value), .duration), (.int(let value), .distance), (.int(let value), .speed):
            return withoutUnit("\(value)", expecting, range)
        case (.decimal(let value), .duration), (.decimal(let value), .distance), (.decimal(let value), .speed):
            return withoutUnit(Self.plain(value), expecting, range)
        case (.int(let value), .asn):
            report(.type, range, "\(value) is a number; an autonomous system is written AS\(value)",
                   fix: (0...Int64(UInt32.max)).contains(value) ? "AS\(value)" : nil)
            return .invalid(range)
        default: return plain
        }
    }

    private mutating func withoutUnit(_ number: String, _ type: ValueType, _ range: SourceRange) -> Term {
        let example = number + (Self.exampleUnit(of: type) ?? "")
        let reason = beside.map { "\($0) is \(type.withArticle)" } ?? "\(type.withArticle) is wanted here"
        report(.unit, range, "\(number) has no unit; \(reason): write \(example)", fix: example)
        return .invalid(range)
    }

    private mutating func country(_ text: String, _ range: SourceRange) -> Term {
        if let country = Country(text), text == country.description { return Term(.constant(.country(country)), .country, range) }
        let meant = Country(text) ?? Country.intended(by: text)
        report(.country, range, "\"\(text)\" is not an ISO 3166 country code" + (meant.map { "; did you mean \"\($0)\"?" } ?? ""),
               help: meant == nil ? "codes have two capital letters: \"FR\"" : nil, fix: meant.map { "\"\($0)\"" })
        return .invalid(range)
    }

    private mutating func named<Value>(_ text: String, _ range: SourceRange, _ find: (String) -> Value?, _ wrap: (Value) -> Datum,
                                       _ type: ValueType, _ names: [String]) -> Term {
        if let value = find(text) { return Term(.constant(wrap(value)), type, range) }
        let meant = Nearest.name(to: text, among: names)
        report(.name, range, "\"\(text)\" is no \(type)" + (meant.map { "; did you mean \"\($0)\"?" } ?? ""),
               help: "one of \(names.joined(separator: ", "))", fix: meant.map { "\"\($0)\"" })
        return .invalid(range)
    }

    /// A term whose value is a constant, through lets.
    func constantValue(_ term: Term) -> Datum? {
        switch term.kind {
        case .constant(let datum): datum
        case .binding(let index): bindings[index].flatMap { constantValue($0.term) }
        default: nil
        }
    }

    /// A constant of a let (a text, a set of texts) takes the type that is wanted where it is used, as a literal would.
    mutating func adapted(_ term: Term, to type: ValueType) -> Term {
        guard let actual = term.type, actual != type, let value = constantValue(term) else { return term }
        switch (value, type) {
        case (.set(let elements), .set(let element)):
            var adapted: [Datum] = []
            for datum in elements {
                guard let value = constant(datum, term.range, expecting: element).constant else { return .invalid(term.range) }
                adapted.append(value)
            }
            return Term(.constant(.set(adapted)), type, term.range)
        default:
            return constant(value, term.range, expecting: type)
        }
    }

    static func exampleUnit(of type: ValueType) -> String? {
        switch type {
        case .speed: " km/h"
        case .distance: " km"
        case .duration: "m"
        default: nil
        }
    }

    static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }

    /// A set; one whose elements are all constants is a constant.
    mutating func set(_ elements: [Expression], _ range: SourceRange, expecting: ValueType?) -> Term {
        var type = expecting
        var terms: [Term] = []
        let reported = diagnostics.count
        var foreign: [(range: SourceRange, type: ValueType)] = []
        defer { if diagnostics.count == reported { reportForeign(foreign, elements.count, type, range) } }
        for element in elements {
            var term = check(element, expecting: type)
            if let wanted = type { term = adapted(term, to: wanted) }
            if let actual = term.type, let wanted = type, actual != wanted {
                if actual == .int, wanted == .decimal {
                    term = widened(term)
                } else if actual == .decimal, wanted == .int {
                    terms = terms.map { widened($0) }
                    type = .decimal
                } else if actual == .network, wanted == .ip {
                    terms = terms.map { constant($0.constant ?? .bool(false), $0.range, expecting: .network) }
                    type = .network
                } else {
                    foreign.append((element.range, actual))
                    term = .invalid(element.range)
                }
            }
            if case .set? = term.type {
                report(.type, element.range, "a set cannot hold a set")
                term = .invalid(element.range)
            }
            type = type ?? term.type
            terms.append(term)
        }
        if terms.contains(where: { $0.type == nil }) { return .invalid(range) }
        let setType = type.map { ValueType.set(of: $0) }
        let constants = terms.compactMap { constantValue($0) }
        if constants.count == terms.count { return Term(.constant(.set(constants)), setType, range) }
        return Term(.set(terms), setType, range)
    }

    /// Elements of another type than the set's; all of them are one mistake.
    private mutating func reportForeign(_ foreign: [(range: SourceRange, type: ValueType)], _ count: Int, _ wanted: ValueType?, _ range: SourceRange) {
        guard let wanted, let first = foreign.first else { return }
        if foreign.count == count, foreign.allSatisfy({ $0.type == first.type }) {
            return report(.type, range, "a set of \(wanted) is wanted here, and this is a set of \(first.type)")
        }
        for element in foreign { report(.type, element.range, "\(element.type.withArticle) in a set of \(wanted)") }
    }
}
