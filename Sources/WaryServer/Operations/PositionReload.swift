import WaryEngine
import WarySignals

extension Server {
    /// Whether there are position databases to reload.
    public var hasPositions: Bool { positions != nil }

    /// Reads the position databases again where their files have changed; on any error the old ones stay.
    public func reloadPositions(because reason: String) async {
        guard let positions else { return }
        do {
            guard try positions.reloadIfChanged() else { return }
            metrics.reloads.with("positions", "ok").add()
            metrics.isLastReloadGood.with("positions").set(1)
            logger.notice("position databases reloaded", metadata: ["reason": "\(reason)"])
        } catch {
            metrics.reloads.with("positions", "failed").add()
            metrics.isLastReloadGood.with("positions").set(0)
            logger.error("position databases are not reloaded; the old ones stay", metadata: [
                "reason": "\(reason)", "fault": "\(error.description)",
            ])
        }
    }

    /// Whether the clerk takes its turn; waits for it.
    func isClerkAlive() async -> Bool { await clerk.perform { _ in true } ?? false }
}
