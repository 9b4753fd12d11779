/// The labels of one sample.
public struct MetricLabels: Sendable {
    private(set) var pairs: [(name: String, value: String)]

    init(names: [String], values: [String]) { pairs = Array(zip(names, values)) }

    func adding(_ name: String, _ value: String) -> MetricLabels {
        var copy = self
        copy.pairs.append((name, value))
        return copy
    }
}

/// Writes the Prometheus text format, version 0.0.4.
public struct PrometheusText: Sendable {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    public private(set) var text = ""

    public init() {}

    mutating func head(_ name: String, _ help: String, _ kind: MetricKind) {
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: MetricLabels, _ value: Double) {
        text += name
        if !labels.pairs.isEmpty {
            let list = labels.pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            text += "{\(list.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// A number as Prometheus reads it, whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return value.description
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5c || $0 == 0x0a }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
