import WaryServer

/// The figures as a table with a chart, or as JSON.
struct BenchReport {
    private let figures: [Bench.Figure]

    init(_ figures: [Bench.Figure]) { self.figures = figures }

    func text(on terminal: Terminal) -> String {
        var table = Table([.left("load"), .right("per second"), .right("of echo"), .right("p50"), .right("of echo"), .right("p90"),
                           .right("p99"), .right("p99.9"), .right("worst"), .left("")])
        let most = figures.map(\.outcome.rate).max() ?? 1
        for figure in figures {
            let outcome = figure.outcome
            let bar = String(repeating: "▇", count: max(1, Int(outcome.rate / max(1, most) * 24)))
            table.add([
                .init(figure.name, .bold), .init(Self.rate(outcome.rate)),
                .init(figure.floor.map { Self.ratio(outcome.rate / $0.rate) } ?? ""),
                .init(Self.time(outcome.latencies.percentile(50))),
                .init(figure.floor.map { Self.ratio(Self.share(outcome, $0)) } ?? ""),
                .init(Self.time(outcome.latencies.percentile(90))), .init(Self.time(outcome.latencies.percentile(99))),
                .init(Self.time(outcome.latencies.percentile(99.9))), .init(Self.time(outcome.latencies.greatest)),
                .init(bar, .cyan),
            ])
        }
        let failures = figures.reduce(0) { $0 + $1.outcome.failures }
        let note = failures > 0 ? "\n" + terminal.paint("\(failures) answers were errors", .red) : ""
        return table.text(on: terminal) + note
    }

    func write(_ writer: inout JSONWriter) {
        writer.array(figures) { figure, writer in
            writer.object { writer in
                writer.member("load", figure.name)
                writer.key("per_second")
                writer.decimal(figure.outcome.rate.rounded())
                if let floor = figure.floor {
                    writer.key("rate_of_echo")
                    writer.decimal(figure.outcome.rate / floor.rate)
                    writer.key("p50_of_echo")
                    writer.decimal(Self.share(figure.outcome, floor))
                }
                for (name, percent) in [("p50_ns", 50.0), ("p90_ns", 90), ("p99_ns", 99), ("p999_ns", 99.9)] {
                    writer.member(name, Int(figure.outcome.latencies.percentile(percent)))
                }
                writer.member("worst_ns", Int(figure.outcome.latencies.greatest))
                writer.member("answers", figure.outcome.answers)
                writer.member("errors", figure.outcome.failures)
            }
        }
    }

    private static func share(_ outcome: LoadGenerator.Outcome, _ floor: LoadGenerator.Outcome) -> Double {
        Double(outcome.latencies.percentile(50)) / Double(max(1, floor.latencies.percentile(50)))
    }

    private static func rate(_ rate: Double) -> String {
        let digits = String(Int(rate.rounded()))
        return String(digits.reversed().enumerated().flatMap { $0 > 0 && $0 % 3 == 0 ? [",", $1] : [$1] }.reversed())
    }

    private static func ratio(_ ratio: Double) -> String { fixed(ratio, 2) }

    private static func time(_ nanoseconds: UInt64) -> String {
        let microseconds = Double(nanoseconds) / 1000
        return microseconds < 1000 ? "\(fixed(microseconds, 1)) µs" : "\(fixed(microseconds / 1000, 2)) ms"
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = digits == 1 ? 10.0 : 100.0
        let scaled = Int((value * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
