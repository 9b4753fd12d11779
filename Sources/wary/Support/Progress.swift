import Foundation

/// A bar on the error stream for what takes over a second; nothing where that is no terminal.
struct Progress {
    private let label: String
    private let total: Int
    private let start = ContinuousClock.now
    private var shown = ContinuousClock.now
    private var isVisible = false

    init(_ label: String, total: Int) {
        self.label = label
        self.total = max(1, total)
    }

    mutating func update(_ done: Int) {
        let now = ContinuousClock.now
        guard Terminal.error.isTerminal, now - start > .milliseconds(500), now - shown > .milliseconds(100) else { return }
        shown = now
        isVisible = true
        let cells = 30
        let filled = min(cells, done * cells / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        let rate = Double(done) / max(0.001, Double((now - start).components.seconds) + Double((now - start).components.attoseconds) / 1e18)
        write("\r\(label)  \(bar)  \(done * 100 / total) %  \(Int(rate))/s\u{1B}[K")
    }

    /// Takes the bar away.
    func finish() {
        if isVisible { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
