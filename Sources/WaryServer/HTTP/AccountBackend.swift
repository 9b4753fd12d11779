import WaryEngine
import WaryHistory

/// What is held about one account: read in slices between batches of decisions, so that a long past holds nobody up.
extension EngineBackend {
    public func history(of account: String, limit: Int) async throws(WireFailure) -> [UInt8] {
        let entries = try await entries(of: account, limit: limit)
        guard !entries.isEmpty else { throw try await nothing(about: account) }
        var writer = JSONWriter(capacity: 512)
        writer.openObject()
        writer.key("account")
        writer.text(account)
        writer.key("events")
        writer.openArray()
        for entry in entries { writer.json(Array(entry.json.utf8)) }
        writer.closeArray()
        writer.closeObject()
        writer.newline()
        return writer.bytes
    }

    public func export(_ account: String) async throws(WireFailure) -> [UInt8] {
        let entries = try await entries(of: account, limit: .max)
        // Should it have been erased meanwhile, what was read before is not given out.
        let baseline = try await onHistory { (history) throws(HistoryError) in
            try history.timeline(of: account, limit: 1).isEmpty ? nil : try history.baseline(of: account)
        }
        guard !entries.isEmpty, let baseline else { throw try await nothing(about: account) }
        return Array((History.export(account: account, entries, baseline) + "\n").utf8)
    }

    public func erase(_ account: String) async throws(WireFailure) -> [UInt8] {
        let receipt = try await onHistory { (history) throws(HistoryError) in
            try history.erase(account: account, at: max(WallClock.now(), history.clock))
        }
        guard let receipt else { throw WireFailure(.notFound, "this account was never known") }
        var writer = JSONWriter(capacity: 256)
        writer.openObject()
        writer.key("receipt")
        writer.text(receipt.pseudonym)
        writer.key("at")
        writer.text(receipt.at.description)
        writer.key("events")
        writer.integer(receipt.records)
        writer.key("first")
        writer.text(receipt.first.description)
        writer.key("last")
        writer.text(receipt.last.description)
        writer.closeObject()
        writer.newline()
        return writer.bytes
    }

    private func entries(of account: String, limit: Int) async throws(WireFailure) -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        while entries.count < limit {
            let last = entries.last, slice = min(EngineLimits.timelineSlice, limit - entries.count)
            let page = try await onHistory { (history) throws(HistoryError) in
                try history.timeline(of: account, limit: slice, after: last)
            }
            entries += page
            if page.count < slice { break }
        }
        return entries
    }

    private func nothing(about account: String) async throws(WireFailure) -> WireFailure {
        let isErased = try await onHistory { (history) throws(HistoryError) in try history.erasure(of: account) != nil }
        return WireFailure(.notFound, isErased ? "this account was erased; nothing is held about it" : "nothing is held about this account")
    }
}
