import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// What is on disk says what was in memory.
@Suite struct PersistenceTests {
    @Test func reopenedHistoryIsTheSame() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 7)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(400, on: history)
            try history.commit()
            let digest = try history.digest()
            history.close()
            for withCheckpoint in [false, true, false] {
                let again = try History.open(folder, key: key)
                try again.use(Script.aggregates)
                #expect(try again.digest() == digest)
                if withCheckpoint { try again.checkpoint() }
                again.close()
            }
        }
    }

    @Test func profilesAreRebuiltFromTheJournal() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 8)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            for _ in 0..<10 {
                try script.run(50, on: history)
                try history.checkpoint()
            }
            let digest = try history.digest()
            history.close()
            try FileManager.default.removeItem(atPath: folder + "/profiles")
            let again = try History.open(folder, key: key)
            try again.use(Script.aggregates)
            #expect(try again.digest() == digest)
            again.close()
        }
    }

    @Test func aggregatesThatComeLaterAreFilledFromTheJournal() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 9)
            let history = try History.open(folder, key: key)
            try history.use(Array(Script.aggregates.prefix(3)))
            try script.run(200, on: history)
            try history.use(Script.aggregates)
            try script.run(100, on: history)
            try history.use(Array(Script.aggregates.suffix(4)))
            try script.run(100, on: history)
            try history.use(Script.aggregates)
            try history.commit()
            let digest = try history.digest()
            history.close()
            try FileManager.default.removeItem(atPath: folder + "/profiles")
            let again = try History.open(folder, key: key)
            try again.use(Script.aggregates)
            #expect(try again.digest() == digest)
            again.close()
        }
    }

    /// While a round of writing is under way, some profiles on disk are ahead of the mark that replay begins from.
    @Test func aFolderAsItStoodAtAnyCommitComesToTheSame() throws {
        try withFolder { folder in
            let key = InstallationKey.random(), image = folder + "-image"
            var script = Script(seed: 12, accounts: 900)
            let history = try History.open(folder, key: key)
            try history.use([])
            try script.run(1_500, on: history)
            try history.use(Script.aggregates)
            for step in 0..<8 {
                try script.run(30, on: history)
                try history.commit()
                let digest = try history.digest()
                try FileManager.default.copyItem(atPath: folder, toPath: image)
                let again = try History.open(image, key: key)
                try again.use(Script.aggregates)
                #expect(try again.digest() == digest, "step \(step)")
                again.close()
                try FileManager.default.removeItem(atPath: image)
            }
            history.close()
        }
    }

    @Test func aSmallCacheChangesNothing() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var options = HistoryOptions()
            options.cacheBytes = 100_000
            let second = folder + "-roomy"
            defer { try? FileManager.default.removeItem(atPath: second) }
            try History.open(folder, key: key).close()
            // The same root key, and so the same keyed hashes.
            try FileManager.default.copyItem(atPath: folder, toPath: second)
            let history = try History.open(folder, key: key, options: options)
            let roomy = try History.open(second, key: key)
            for history in [history, roomy] {
                try history.use(Script.aggregates)
                var script = Script(seed: 10, accounts: 400)
                for _ in 0..<40 {
                    try script.run(25, on: history)
                    try history.commit()
                }
            }
            #expect(history.maintenanceError == nil)
            #expect(try history.statistics().liveBytes <= 100_000)
            #expect(try history.digest() == roomy.digest())
            history.close()
            roomy.close()
        }
    }

    @Test func whatWasNotCommittedIsUndone() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var script = Script(seed: 11)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(100, on: history)
            try history.commit()
            let digest = try history.digest(), clock = history.clock
            var undone = script
            try undone.run(100, on: history)
            #expect(try history.digest() != digest)
            history.rollback()
            #expect(try history.digest() == digest)
            #expect(history.clock == clock)
            try script.run(100, on: history)
            try history.commit()
            history.close()
        }
    }

    @Test func aSecondServerIsRefused() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            let history = try History.open(folder, key: key)
            #expect(throws: HistoryError.inUse(path: folder, pid: getpid())) { try History.open(folder, key: key) }
            history.close()
            try History.open(folder, key: key).close()
            #expect(throws: HistoryError.self) { try History.open(folder, key: .random()) }
        }
    }

    @Test func readersSeeWhatIsCommittedBesideTheServer() throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            let world = try World(History.open(folder, key: key))
            let id = try world.decide(world.alice())
            try world.history.commit()
            let digest = try world.history.digest()
            world.history.close()
            var options = HistoryOptions()
            options.isReadOnly = true
            let reader = try World(History.open(folder, key: key, options: options))
            #expect(try reader.history.decision(id)?.event.fields.account == "alice")
            #expect(try reader.history.digest() == digest)
            reader.history.close()
        }
    }

    @Test func nothingOnDiskNamesAnyone() throws {
        try withFolder { folder in
            let history = try History.open(folder, key: .random())
            try history.use(Script.aggregates)
            let planted = ["planted-account", "planted-device", "planted-agent", "planted-input"]
            var fields = EventFields(account: planted[0], ip: IPAddress("198.51.100.77"), device: planted[1], agent: planted[2])
            fields.inputs = ["note": .text(planted[3])]
            let decision = DecisionSummary(outcome: .allow, score: 0, policy: "p@1", explanation: Array(planted[0].utf8))
            let at = Instant(milliseconds: 1_700_000_000_000)
            let id = try history.recordDecision(DecidedEvent(kind: .login, at: at, fields: fields, decision: decision))
            try history.recordOutcome(OutcomeReport(decision: id, outcome: .succeeded, at: at))
            try history.checkpoint()
            history.close()
            let files = try #require(FileManager.default.enumerator(atPath: folder))
            for case let name as String in files {
                guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
                for text in planted + ["198.51.100.77"] {
                    #expect(data.range(of: Data(text.utf8)) == nil, "\(text) in \(name)")
                }
                #expect(data.range(of: Data([77, 100, 51, 198])) == nil && data.range(of: Data([198, 51, 100, 77])) == nil)
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: folder)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
        }
    }
}

/// Runs `body` with a folder that does not exist yet and is gone afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
