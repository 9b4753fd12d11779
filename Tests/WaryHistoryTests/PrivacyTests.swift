import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// What is exported, and what is left when an account is erased.
@Suite struct PrivacyTests {
    private static let at = Instant(milliseconds: 1_800_000_000_000)

    @Test func anExportHoldsEverythingAndErasureForgetsIt() throws {
        let world = try World()
        let id = try world.decide(world.alice(device: "laptop"))
        try world.report(id, .succeeded)
        try world.history.recordLabel(id, .legitimate, at: world.now)
        try world.history.recordEvent(.passwordChanged, world.alice(), at: world.now)
        let export = try #require(try world.history.export(account: "alice"))
        let parsed = try #require(try JSONSerialization.jsonObject(with: Data(export.utf8)) as? [String: Any])
        #expect(parsed["account"] as? String == "alice")
        let events = try #require(parsed["events"] as? [[String: Any]])
        #expect(events.map { $0["type"] as? String } == ["decision", "outcome", "label", "event"])
        #expect(events[0]["device"] as? String == "laptop")
        #expect(events[0]["outcome"] as? String == "succeeded")
        #expect(try world.history.export(account: "nobody") == nil)

        let receipt = try #require(try world.history.erase(account: "alice", at: Self.at))
        #expect(receipt.records == 4)
        #expect(try world.history.erase(account: "alice", at: Self.at + 5) == receipt)
        #expect(try world.history.erase(account: "nobody", at: Self.at) == nil)
        #expect(try world.history.export(account: "alice") == nil)
        #expect(try world.history.decision(id) == nil)
        #expect(throws: HistoryError.notFound) { try world.report(id, .succeeded) }
        #expect(try world.history.baseline(of: "alice").signIns == 0)
        #expect(try world.read(world.count(.login, by: .account)) == .int(0))
        #expect(try world.read(world.count(.login, by: .ip)) == .int(1))
    }

    @Test func othersCountsStayAlsoAfterARebuild() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 21)
            let history = try History.open(folder, key: key)
            // `last` and `new` by others' keys name the account's own values, and go.
            let kept = Script.aggregates.filter { $0.function != .new }
            try history.use(kept)
            try script.run(300, on: history)
            for account in 0..<4 { _ = try history.erase(account: "account \(account)", at: Self.at) }
            try history.checkpoint()
            let digest = try history.digest()
            history.close()
            try FileManager.default.removeItem(atPath: folder + "/profiles")
            let again = try History.open(folder, key: key)
            try again.use(kept)
            #expect(try again.digest() == digest)
            #expect(try again.erasure(of: "account 1") != nil)
            #expect(try again.verify().isSound)
            again.close()
        }
    }

    @Test func anErasedNameStartsFromNothing() throws {
        let world = try World()
        try world.report(world.decide(world.alice()), .succeeded)
        let first = try #require(try world.history.erase(account: "alice", at: Self.at))
        try world.report(world.decide(world.alice()), .succeeded)
        #expect(try world.history.baseline(of: "alice").signIns == 1)
        #expect(try world.history.timeline(of: "alice").count == 2)
        let second = try #require(try world.history.erase(account: "alice", at: Self.at + 1))
        #expect(second != first)
    }

    @Test func theKeyCanBeChanged() throws {
        try withFolder { folder in
            let old = InstallationKey.random(), new = InstallationKey.random()
            let world = try World(History.open(folder, key: old))
            let id = try world.decide(world.alice())
            try world.history.commit()
            let digest = try world.history.digest()
            world.history.close()
            try History.rotateKey(folder, from: old, to: new)
            #expect(throws: HistoryError.self) { try History.open(folder, key: old) }
            let again = try World(History.open(folder, key: new))
            #expect(try again.history.decision(id)?.event.fields.account == "alice")
            #expect(try again.history.digest() == digest)
            again.history.close()
        }
    }

    @Test func aBackupTakenWhileServingCanBeRestored() throws {
        try withFolder { folder in
            let key = InstallationKey.random(), copy = folder + "-copy"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            var script = Script(seed: 22)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(200, on: history)
            try history.backup(to: copy, withKeys: true)
            let digest = try history.digest()
            try script.run(100, on: history)
            try history.commit()
            history.close()
            let restored = try History.open(copy, key: key)
            try restored.use(Script.aggregates)
            #expect(try restored.digest() == digest)
            restored.close()
        }
    }
}
