import WaryVocabulary

extension PolicyChecker {
    /// The fields of a test's event; `count` stands for `{n}`.
    mutating func values(_ syntax: FieldsSyntax, count: Int64) -> [(path: String, value: Datum)] {
        var values: [(path: String, value: Datum)] = []
        for field in syntax.fields {
            if let first = syntax.fields.first(where: { $0.path.text == field.path.text }), first.path.range != field.path.range {
                report(.duplicate, field.path.range, "\(field.path.text) is given twice",
                       labels: [.init(range: first.path.range, text: "first given here")])
                continue
            }
            guard let type = type(of: field.path), let value = value(field, type, count) else { continue }
            values.append((field.path.text, value))
        }
        return values
    }

    private mutating func type(of path: Name) -> ValueType? {
        if let entry = SignalCatalogue.entry(named: path.text) { return entry.type }
        if path.text == "credential_tag" { return .text }
        if let input = policy.inputs.first(where: { $0.input.name == path.text }) { return input.input.type }
        // An input whose declaration is wrong has been reported there.
        if symbols.inputs.contains(where: { $0.name.text == path.text }) { return nil }
        let aliases = ["device": "device.id", "user_agent": "agent", "country": "geo.country", "network": "network.asn", "user": "account"]
        let names = SignalCatalogue.entries.map(\.name) + policy.inputs.map(\.input.name) + ["credential_tag"]
        let meant = aliases[path.text] ?? Nearest.name(to: path.text, among: names)
        report(.test, path.range, "\(path.text) is no signal and no input" + (meant.map { "; did you mean \($0)?" } ?? ""), fix: meant)
        return nil
    }

    private mutating func value(_ field: FieldsSyntax.Field, _ type: ValueType, _ count: Int64) -> Datum? {
        expressions.scope = .constant
        defer { expressions.scope = .condition }
        switch type {
        case .point: return point(field)
        case .set(let element):
            if field.values.count == 1, case .set = field.values[0].kind {
                return expressions.constantValue(expressions.check(field.values[0], as: type, for: field.path.text))
            }
            let values = field.values.compactMap { expressions.constantValue(expressions.check($0, as: element, for: field.path.text)) }
            return values.count == field.values.count ? .set(values) : nil
        default: break
        }
        guard field.values.count == 1 else {
            report(.test, field.range, "\(field.path.text) takes one value")
            return nil
        }
        let expression = field.values[0]
        if case .literal(.datum(.text(let text))) = expression.kind, field.isEach || type == .instant {
            return textual(field.isEach ? Self.counted(text, count) : text, type, expression)
        }
        if field.isEach {
            report(.test, expression.range, "each wants a text with {n} in it: account each \"u{n}\"")
            return nil
        }
        return expressions.constantValue(expressions.check(expression, as: type, for: field.path.text))
    }

    /// The text with `{n}` replaced.
    private static func counted(_ text: String, _ count: Int64) -> String {
        text.split(separator: "{n}", omittingEmptySubsequences: false).joined(separator: String(count))
    }

    /// A value of any type from its text, as `each` makes it.
    private mutating func textual(_ text: String, _ type: ValueType, _ expression: Expression) -> Datum? {
        if type == .instant, let instant = Instant(text) { return .instant(instant) }
        if case .success(let value) = ListFile.parse(text, type) { return value }
        report(.test, expression.range, "\(Format.quoted(text)) is no \(type)")
        return nil
    }

    private mutating func point(_ field: FieldsSyntax.Field) -> Datum? {
        guard field.values.count == 2 else {
            report(.test, field.range, "a point is its latitude and its longitude: 48.86, 2.35")
            return nil
        }
        let coordinates = field.values.compactMap { value -> Double? in
            guard case .decimal(let number)? = expressions.check(value, as: .decimal, for: "a coordinate").constant else { return nil }
            return number
        }
        guard coordinates.count == 2 else { return nil }
        guard let point = GeoPoint(latitude: coordinates[0], longitude: coordinates[1]) else {
            report(.test, field.range, "there is no such point: latitudes are -90 to 90, longitudes -180 to 180")
            return nil
        }
        return .point(point)
    }
}
