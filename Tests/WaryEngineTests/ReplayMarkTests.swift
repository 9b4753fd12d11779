import Foundation
import Testing
import WaryHistory
import WaryVocabulary
@testable import WaryEngine

/// A folder that a replay wrote into is not served live afterwards.
@Suite struct ReplayMarkTests {
    private func clerk(_ path: String, _ key: InstallationKey, _ clock: ClockMode) throws -> Clerk {
        let set = try PolicySet([Engines.policy(Engines.counting)])
        return try Clerk(ClerkOptions(policies: set, decider: DeciderOptions(clock: clock)) { () throws(HistoryError) in
            try History.open(path, key: key, options: HistoryOptions())
        })
    }

    @Test func aReplayedFolderIsRefusedLiveAndServedAsReplayAgain() throws {
        let path = NSTemporaryDirectory() + "wary-replayed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let key = InstallationKey.random()
        try clerk(path, key, .replay).stop()
        let refusal = #expect(throws: HistoryError.self) { try clerk(path, key, .live).stop() }
        #expect("\(try #require(refusal))".contains("replay = true"))
        try clerk(path, key, .replay).stop()
    }

    @Test func aLiveFolderStaysLive() throws {
        let path = NSTemporaryDirectory() + "wary-live-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let key = InstallationKey.random()
        try clerk(path, key, .live).stop()
        try clerk(path, key, .live).stop()
    }
}
