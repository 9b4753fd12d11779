/// Latencies of one run: percentiles, and a small histogram in powers of two.
struct LatencySummary {
    private let sorted: [Double]

    /// - Parameter microseconds: one for each request, in any order.
    init(microseconds: [Double]) { sorted = microseconds.sorted() }

    var count: Int { sorted.count }

    /// The nearest-rank percentile in microseconds; 0 when there was no request.
    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// Bars of how many requests took how long, each line `  64–128 µs  ▇▇▇▇▇  123`.
    func histogram(width: Int) -> [String] {
        guard let least = sorted.first, let greatest = sorted.last else { return [] }
        var lower = 1.0
        while lower * 2 <= least { lower *= 2 }
        var bins: [(label: String, count: Int)] = []
        while lower <= greatest {
            let upper = lower * 2
            let count = sorted.count { $0 >= lower && $0 < upper }
            bins.append(("\(Self.text(lower))–\(Self.text(upper))", count))
            lower = upper
        }
        let most = bins.map(\.count).max() ?? 1
        let column = bins.map(\.label.count).max() ?? 0
        return bins.map { label, count in
            let length = count == 0 ? 0 : max(1, count * width / max(1, most))
            let bar = String(repeating: "▇", count: length)
            return "\(Columns.right(label, column))  \(bar)\(bar.isEmpty ? "" : " ")\(count)"
        }
    }

    /// `87 µs`, `1.2 ms`
    static func text(_ microseconds: Double) -> String {
        if microseconds < 1000 { return "\(Int(microseconds.rounded())) µs" }
        let tenths = Int((microseconds / 100).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) ms" : "\(tenths / 10).\(tenths % 10) ms"
    }
}
