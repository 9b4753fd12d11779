import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// Profiles whose bytes were altered: found, named, built anew; also while they are in use.
@Suite struct DamageTests {
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func flippedProfilesAreRebuilt(seed: UInt64) throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            var generator = SeededGenerator(seed: seed), script = Script(seed: 40 + seed, accounts: 60)
            let history = try History.open(folder, key: key)
            try history.use(Script.aggregates)
            try script.run(400, on: history)
            try history.checkpoint()
            let digest = try history.digest()
            history.close()
            let handle = try #require(FileHandle(forUpdatingAtPath: folder + "/profiles/data.mdb"))
            let end = try handle.seekToEnd()
            for _ in 0..<60 {
                try handle.seek(toOffset: .random(in: 2 * 4096..<end, using: &generator))
                try handle.write(contentsOf: Data([.random(in: 0...255, using: &generator)]))
            }
            try handle.close()

            let again = try History.open(folder, key: key)
            var warnings: [HistoryWarning] = []
            again.onWarning = { warnings.append($0) }
            try again.use(Script.aggregates)
            // What is damaged shows when it is read; the next read finds it mended.
            var isMended = false
            for _ in 0..<3 where !isMended {
                do {
                    for account in 0..<60 { _ = try again.baseline(of: "account \(account)") }
                    isMended = true
                } catch HistoryError.damaged {}
            }
            #expect(isMended)
            #expect(!warnings.isEmpty, "seed \(seed)")
            #expect(try again.digest() == digest, "seed \(seed)")
            try script.run(50, on: again)
            try again.checkpoint()
            again.close()
        }
    }

    @Test func aMapThatIsFullGrows() throws {
        try withFolder { folder in
            var options = HistoryOptions(), script = Script(seed: 50, accounts: 200)
            options.mapBytes = 1 << 17
            let history = try History.open(folder, key: .random(), options: options)
            try history.use(Script.aggregates)
            for _ in 0..<10 {
                try script.run(300, on: history)
                try history.checkpoint()
            }
            #expect(try history.statistics().journalBytes > 1 << 18)
            #expect(try history.verify().isSound)
            history.close()
        }
    }
}
