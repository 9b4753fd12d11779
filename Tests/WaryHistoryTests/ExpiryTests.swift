import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// Kinds of events with a retention of their own: contents go, chains and proofs stay.
@Suite struct ExpiryTests {
    private static let hour: Int64 = 3_600_000

    private func options() -> HistoryOptions {
        var options = HistoryOptions()
        options.retention = 10 * Self.hour
        options.retentionByKind = [.passwordChanged: Self.hour, .login: 5 * Self.hour]
        return options
    }

    @Test func eachKindGoesWhenItsTimeIsOver() throws {
        try withFolder { folder in
            let world = try World(History.open(folder, key: .random(), options: options()))
            let history = world.history
            let first = try world.decide(world.alice())
            try world.report(first, .succeeded)
            try history.recordEvent(.passwordChanged, world.alice(device: "planted"), at: world.now)
            try history.recordEvent(EventKind(rawValue: "account.renamed"), world.alice(), at: world.now)
            for _ in 0..<300 { try world.decide(world.alice()) }
            try settle(history, world)
            let root = try history.auditLog(origin: "o").checkpoint()
            #expect(try history.timeline(of: "alice").count == 304)

            world.now = world.now + 2 * Self.hour
            try settle(history, world)
            #expect(try history.timeline(of: "alice").count == 303)
            #expect(try history.decision(first)?.outcome == .succeeded)
            #expect(try history.export(account: "alice")?.contains("planted") == false)
            var report = try history.verify()
            #expect(report.isSound && report.expired == 1, "\(report)")
            #expect(try history.auditLog(origin: "o").checkpoint() == root)

            world.now = world.now + 4 * Self.hour
            var bob = world.alice()
            bob.account = "bob"
            try world.decide(bob)
            try settle(history, world)
            #expect(try history.decision(first) == nil)
            #expect(throws: HistoryError.notFound) { try world.report(first, .succeeded) }
            #expect(try history.timeline(of: "alice").count == 1)
            report = try history.verify()
            #expect(report.isSound && report.expired == 303, "\(report)")

            world.now = world.now + 5 * Self.hour
            try settle(history, world)
            #expect(try history.statistics().first > 300)
            report = try history.verify()
            #expect(report.isSound, "\(report)")
            #expect(try history.auditLog(origin: "o").size == 305)
            history.close()
        }
    }

    /// After a trim in the midst of a tile everything still follows, also when the folder is opened anew.
    @Test func theLogOutlivesItsRecords() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var checkpoints: [String] = []
            for round in 0..<6 {
                let world = try World(History.open(folder, key: key, options: options()))
                world.now = Instant(milliseconds: 1_700_000_000_000 + Int64(round) * 12 * Self.hour)
                for _ in 0..<100 { try world.decide(world.alice()) }
                try settle(world.history, world)
                checkpoints.append(try world.history.auditLog(origin: "o").checkpoint())
                let report = try world.history.verify(against: checkpoints)
                #expect(report.isSound, "\(report)")
                #expect(report.checkpoints >= checkpoints.count)
                world.history.close()
            }
        }
    }

    private func settle(_ history: History, _ world: World) throws {
        try history.checkpoint()
        while try !history.trim(at: world.now).isDone {}
    }
}
