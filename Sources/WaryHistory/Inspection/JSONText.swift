/// Just enough JSON writing for exports: members in a stated order, numbers as they are, texts escaped (RFC 8259).
indirect enum JSONText {
    case text(String)
    case number(String)
    case flag(Bool)
    case list([JSONText])
    /// Members whose value is nil are left out.
    case object([(String, JSONText?)])

    static func integer(_ value: some BinaryInteger) -> JSONText { .number(String(value)) }

    static func decimal(_ value: Double) -> JSONText { value.isFinite ? .number("\(value)") : .text("\(value)") }

    var text: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .text(let value): Self.quote(value, &out)
        case .number(let digits): out += digits
        case .flag(let value): out += value ? "true" : "false"
        case .list(let elements):
            out += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { out += "," }
                element.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            var isFirst = true
            for (name, value) in members {
                guard let value else { continue }
                if !isFirst { out += "," }
                isFirst = false
                Self.quote(name, &out)
                out += ":"
                value.write(to: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ value: String, _ out: inout String) {
        out += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
