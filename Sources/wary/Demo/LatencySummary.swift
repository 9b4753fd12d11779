/// Latencies of one run: percentiles, and a small histogram in powers of two.
struct LatencySummary {
    private let sorted: [Double]

    /// - Parameter microseconds: one for each request, in any order.
    init(microseconds: [Double]) { sorted = microseconds.sorted() }

    /// The nearest-rank percentile in microseconds; 0 when there was no request.
    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// How many requests took how long: `256–512 µs  ▇▇▇▇▇▇  123`.
    func histogram(width: Int) -> Table {
        var table = Table([.right(""), .left(""), .right("")])
        guard let least = sorted.first, let greatest = sorted.last else { return table }
        var lower = 1.0
        while lower * 2 <= least { lower *= 2 }
        var bins: [(label: String, count: Int)] = []
        while lower <= greatest {
            let upper = lower * 2
            bins.append(("\(Self.text(lower)) – \(Self.text(upper))", sorted.count { $0 >= lower && $0 < upper }))
            lower = upper
        }
        let most = max(1, bins.map(\.count).max() ?? 1)
        for bin in bins {
            let length = bin.count == 0 ? 0 : max(1, bin.count * width / most)
            table.add(.init(bin.label, .dim), .init(String(repeating: "▇", count: length), .cyan), .init(bin.count))
        }
        return table
    }

    /// `87 µs`, `1.2 ms`
    static func text(_ microseconds: Double) -> String {
        if microseconds < 1000 { return "\(Int(microseconds.rounded())) µs" }
        let tenths = Int((microseconds / 100).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) ms" : "\(tenths / 10).\(tenths % 10) ms"
    }
}
