import Foundation
import WaryEngine
import WaryHistory
import WaryServer
import WaryVocabulary

/// Puts another text in the place of a policy in force, in one step, and sees it take effect: through the server that has the
/// data folder, or by itself where none runs. Where it does not take effect, the old text is put back.
struct PolicySwap {
    let place: PolicyPlace
    let text: String
    /// `name@version` of the text where it is put.
    let label: String
    let configuration: ServerConfiguration

    /// Seconds that a server has to take up the new policy: its own tests, and warming on a long history.
    private static let patience = 120.0

    func carryOut() throws {
        let history: History
        do throws(HistoryError) {
            let found = try KeySource.key(forDataAt: configuration.data, file: configuration.keyFile)
            history = try History.open(configuration.data, key: found.key, options: HistoryOptions())
        } catch {
            guard case .inUse = error else { throw CommandFailure(error.description) }
            return try throughServer()
        }
        defer { history.close() }
        try byItself(history)
    }

    private func byItself(_ history: History) throws {
        let old = try PolicyText.read(place.path)
        try PolicyText.replace(place.path, with: text)
        let set: PolicySet
        do throws(PolicyStore.Refusal) {
            set = try PolicyStore(paths: configuration.policies, breakGlass: configuration.breakGlass, shadow: configuration.shadow).load()
        } catch {
            try PolicyText.replace(place.path, with: old)
            throw CommandFailure(RefusalText(error).description + "\nthe old policy is back in its place")
        }
        do throws(HistoryError) { try record(set, in: history) } catch {
            try PolicyText.replace(place.path, with: old)
            throw CommandFailure(error.description)
        }
    }

    private func record(_ set: PolicySet, in history: History) throws(HistoryError) {
        guard let new = set.policy(for: place.policy.event) else { return }
        if let bundle = place.bundle { try history.keepText(bundle.bytes, named: PolicyBundle.name(place.policy.label)) }
        for (label, bundle) in set.bundles { try history.keepText(bundle.bytes, named: PolicyBundle.name(label)) }
        if let kind = try PolicyAudit.kind(of: new, after: place.policy, shadows: set.shadows, in: history) {
            let at = max(WallClock.now(), history.clock)
            try PolicyAudit.record(.init(at: at, kind: kind, policy: new.label, before: place.policy.label), in: history)
        }
        if let old = try? PolicySet([place.policy]) { try PolicyAudit.mark(old, in: history) }
        try PolicyAudit.mark(set, in: history)
        try history.commitNow()
    }

    /// The server sees that the file has changed, and says in its answer to `ping` what is in force.
    private func throughServer() throws {
        let old = try PolicyText.read(place.path)
        let client: LineClient
        do throws(LineClient.Failure) { client = try LineClient(configuration.socket) } catch {
            throw CommandFailure(error.description, code: Exit.unreachable)
        }
        try PolicyText.replace(place.path, with: text)
        let end = Date(timeIntervalSinceNow: Self.patience)
        while Date() < end {
            do throws(LineClient.Failure) {
                guard client.sender.send(Array(#"{"op":"ping"}"#.utf8)) else { break }
                if String(decoding: try client.receive(), as: UTF8.self).contains("\"\(label)\"") { return }
            } catch { break }
            Thread.sleep(forTimeInterval: 0.2)
        }
        try PolicyText.replace(place.path, with: old)
        throw CommandFailure("the server has not put \(label) in force; the old policy is back in its place. Its log says why.")
    }
}
