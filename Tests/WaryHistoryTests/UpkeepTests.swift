import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// Trimming, filling in the background, verifying, saving what is good.
@Suite struct UpkeepTests {
    @Test func whatIsOlderThanTheRetentionGoes() throws {
        try withFolder { folder in
            var options = HistoryOptions()
            options.retention = 3_600_000
            let world = try World(History.open(folder, key: .random(), options: options))
            let old = try world.decide(world.alice())
            world.now = world.now + 7_200_000
            var bob = world.alice()
            bob.account = "bob"
            let fresh = try world.decide(bob)
            try world.history.checkpoint()
            while try !world.history.trim(at: world.now).isDone {}
            #expect(try world.history.decision(old) == nil)
            #expect(try world.history.decision(fresh) != nil)
            #expect(try world.history.statistics().first == 2)
            #expect(try world.history.timeline(of: "alice").isEmpty)
            #expect(try world.history.verify().isSound)
            world.history.close()
        }
    }

    /// Between batches, with records that the profiles on disk have not taken in yet, and without a sync of its own.
    @Test func upkeepTrimsPieceByPiece() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var options = HistoryOptions()
            options.retention = 3_600_000
            let world = try World(History.open(folder, key: key, options: options))
            for _ in 0..<600 { _ = try world.decide(world.alice()) }
            try world.history.commit()
            world.now = world.now + 7_200_000
            var bob = world.alice()
            bob.account = "bob"
            let fresh = try world.decide(bob)
            try world.history.commit()
            var pieces = 0
            // Until nothing is due for a while: less than a second is the wait for profiles on their way to disk.
            while world.history.tend(at: world.now) < 1_000 {
                pieces += 1
                try world.history.commit()
            }
            #expect(pieces > 3)
            #expect(world.history.maintenanceError == nil)
            #expect(try world.history.statistics().first == 601)
            #expect(try world.history.timeline(of: "alice").isEmpty)
            // Everything goes but the last record, so that the numbers go on.
            world.now = world.now + 7_200_000
            while try !world.history.trim(at: world.now).isDone {}
            #expect(try world.history.decision(fresh) != nil)
            try world.history.checkpoint()
            world.history.close()
            let again = try History.open(folder, key: key, options: options)
            #expect(try again.statistics().last == 601)
            again.close()
        }
    }

    /// What good sign-ins taught is known after their records were trimmed, also when the profiles are lost then.
    @Test func aRebuildKnowsWhatTrimmedSignInsTaught() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var options = HistoryOptions()
            options.retention = 3_600_000
            let world = try World(History.open(folder, key: key, options: options))
            for place in 0..<4 {
                var fields = world.alice()
                fields.device = "device \(place)"
                let id = try world.decide(fields)
                world.now = world.now + 1_000
                try world.history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: world.now))
                world.now = world.now + 1_200_000
            }
            try world.history.checkpoint()
            let before = try world.history.baseline(of: "alice")
            #expect(before.signIns == 4)
            while try !world.history.trim(at: world.now).isDone {}
            #expect(try world.history.statistics().first > 1)
            #expect(try world.history.baseline(of: "alice") == before)
            world.history.close()
            try FileManager.default.removeItem(atPath: folder + "/profiles")
            let again = try History.open(folder, key: key, options: options)
            try again.use([])
            #expect(try again.baseline(of: "alice") == before)
            #expect(try again.baseline(of: "alice").knows(.device, .text("device 0")))
            again.close()
        }
    }

    @Test func newAggregatesFillWhileTheOldOnesGoOn() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 31)
            let history = try History.open(folder, key: key)
            let old = Array(Script.aggregates.prefix(3))
            try history.use(old)
            try script.run(300, on: history)
            try history.prepare(Script.aggregates)
            var steps = 0
            while try !history.fill(records: 40).isDone {
                steps += 1
                try script.run(5, on: history)
                try history.commit()
            }
            #expect(steps > 3)
            try script.run(20, on: history)
            try history.use(Script.aggregates)
            try script.run(50, on: history)
            try history.checkpoint()
            let digest = try history.digest()
            history.close()
            try FileManager.default.removeItem(atPath: folder + "/profiles")
            let again = try History.open(folder, key: key)
            try again.use(Script.aggregates)
            #expect(try again.digest() == digest)
            again.close()
        }
    }

    @Test func damagedProfilesAreRebuilt() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 32)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(200, on: history)
            try history.checkpoint()
            let digest = try history.digest()
            history.close()
            for damage in [Damage.cut, .zeroedMeta] {
                try damage.apply(folder + "/profiles/data.mdb")
                let again = try History.open(folder, key: key)
                try again.use(Script.aggregates)
                #expect(try again.digest() == digest, "\(damage)")
                try again.checkpoint()
                again.close()
            }
        }
    }

    @Test(arguments: [Damage.cut, .zeroedMeta, .flipped]) func aDamagedJournalIsRefusedAndSaved(damage: Damage) throws {
        try withFolder { folder in
            let key = InstallationKey.random(), saved = folder + "-saved"
            defer { try? FileManager.default.removeItem(atPath: saved) }
            var script = Script(seed: 33)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(400, on: history)
            try history.checkpoint()
            let records = Int(try history.statistics().last)
            history.close()
            try damage.apply(folder + "/journal/data.mdb")
            let isNamed: Bool
            do {
                let again = try History.open(folder, key: key)
                isNamed = try !again.verify().isSound
                again.close()
            } catch HistoryError.damaged { isNamed = true }
            #expect(isNamed, "\(damage)")
            let report = try History.salvage(folder, to: saved, key: key)
            #expect(report.records >= records / 3, "\(report)")
            let rescued = try History.open(saved, key: key)
            try rescued.use(Script.aggregates)
            #expect(try rescued.statistics().last == report.last)
            var anew = Script(seed: 34)
            try anew.run(20, on: rescued)
            try rescued.commit()
            rescued.close()
        }
    }

    @Test func policyTextsAreKeptOnce() throws {
        let history = History.inMemory()
        try history.keepText(Array("policy p {}".utf8), named: "p@1")
        try history.keepText(Array("another".utf8), named: "p@1")
        try history.commit()
        #expect(try history.text(named: "p@1") == Array("policy p {}".utf8))
        #expect(try history.text(named: "p@2") == nil)
    }

    enum Damage: CaseIterable {
        /// The file ends too early.
        case cut
        /// The first page is zero.
        case zeroedMeta
        /// A record's bytes are altered.
        case flipped

        func apply(_ path: String) throws {
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            defer { try? handle.close() }
            switch self {
            case .cut: try handle.truncate(atOffset: try handle.seekToEnd() / 2)
            case .zeroedMeta: try handle.write(contentsOf: Data(count: 4096))
            case .flipped:
                // Bytes in the midst of each data page: in a leaf of records, some record's.
                let end = try handle.seekToEnd()
                for page in stride(from: UInt64(8 * 4096), to: end - 4096, by: 5 * 4096) {
                    try handle.seek(toOffset: page + 3000)
                    try handle.write(contentsOf: Data([0xA5, 0x5A, 0xA5]))
                }
            }
        }
    }
}
