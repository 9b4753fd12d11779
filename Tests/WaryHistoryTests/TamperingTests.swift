import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// Whoever has the disk edits, removes, reorders, cuts: `verify` finds it and says where.
@Suite struct TamperingTests {
    struct Fraud: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Where a finding must point; nil: anywhere.
        let place: UInt64?
        let commit: @Sendable (Tampering, _ early: Early) throws -> Void
    }

    /// What the forger kept of the folder's earlier state.
    struct Early: Sendable {
        var head: [UInt8]
        var size: UInt64
    }

    static let frauds: [Fraud] = [
        Fraud(testDescription: "a byte edited", place: 100) { tampering, _ in
            var record = try tampering.get("records", Tampering.key(100))
            record[record.count / 2] ^= 1
            try tampering.put("records", Tampering.key(100), record)
        },
        Fraud(testDescription: "a header's outcome edited", place: 101) { tampering, _ in
            var record = try tampering.get("records", Tampering.key(101))
            record[2] ^= 2
            try tampering.put("records", Tampering.key(101), record)
        },
        Fraud(testDescription: "one removed", place: 200) { tampering, _ in try tampering.remove("records", Tampering.key(200)) },
        Fraud(testDescription: "two exchanged", place: 300) { tampering, _ in
            let pair = try (tampering.get("records", Tampering.key(300)), tampering.get("records", Tampering.key(301)))
            try tampering.put("records", Tampering.key(300), pair.1)
            try tampering.put("records", Tampering.key(301), pair.0)
        },
        Fraud(testDescription: "the end cut off", place: 691) { tampering, _ in
            for number in UInt64(691)...700 { try tampering.remove("records", Tampering.key(number)) }
        },
        Fraud(testDescription: "the end cut off, and an earlier head put back", place: 601) { tampering, early in
            for number in (early.size + 1)...700 { try tampering.remove("records", Tampering.key(number)) }
            try tampering.put("facts", Array("log".utf8), early.head)
        },
        Fraud(testDescription: "a leaf edited", place: nil) { tampering, _ in
            var tile = try tampering.get("tree", [0] + Tampering.key(1))
            tile[40] ^= 1
            try tampering.put("tree", [0] + Tampering.key(1), tile)
        },
        Fraud(testDescription: "an erased account's record edited", place: 50) { tampering, _ in
            var record = try tampering.get("records", Tampering.key(50))
            record[record.count - 1] ^= 1
            try tampering.put("records", Tampering.key(50), record)
        },
        Fraud(testDescription: "a record's contents taken away", place: 400) { tampering, _ in
            let record = try tampering.get("records", Tampering.key(400))
            try tampering.put("records", Tampering.key(400), [UInt8](repeating: 0, count: 41) + record.prefix(50))
        },
        Fraud(testDescription: "a record added", place: 701) { tampering, _ in
            try tampering.put("records", Tampering.key(701), try tampering.get("records", Tampering.key(700)))
        },
        Fraud(testDescription: "an outcome's status removed", place: nil) { tampering, _ in
            try tampering.remove("statuses", Tampering.key(1))
        },
        Fraud(testDescription: "a signed checkpoint altered", place: nil) { tampering, _ in
            var note = try tampering.get("checkpoints", Tampering.key(700))
            note[note.count - 10] ^= 1
            try tampering.put("checkpoints", Tampering.key(700), note)
        },
    ]

    @Test(arguments: frauds) func verifyFindsIt(fraud: Fraud) throws {
        try withFolder { folder in
            let key = InstallationKey.random()
            let early = try Self.fill(folder, key)
            let sound = try Self.verify(folder, key, [])
            #expect(sound.isSound, "\(sound.findings)")
            #expect(sound.checkpoints >= 2)
            #expect(sound.erased > 0)
            try fraud.commit(Tampering(folder), early)
            let report = try Self.verify(folder, key, [])
            #expect(!report.isSound)
            if let place = fraud.place { #expect(report.findings.contains { $0.sequence == place }, "\(report.findings)") }
        }
    }

    /// Even he who puts the whole folder back as it was is found out by a checkpoint kept elsewhere.
    @Test func aCheckpointKeptElsewhereFindsAFolderPutBack() throws {
        try withFolder { folder in
            let key = InstallationKey.random(), copy = folder + "-copy"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            let history = try History.open(folder, key: key)
            let world = try World(history)
            for _ in 0..<20 { try world.decide(world.alice()) }
            try history.checkpoint()
            let before = try history.auditLog(origin: "example.com/wary").checkpoint()
            try history.backup(to: copy, withKeys: true)
            for _ in 0..<20 { try world.decide(world.alice()) }
            try history.checkpoint()
            let note = try history.auditLog(origin: "example.com/wary").checkpoint()
            history.close()
            #expect(try Self.verify(folder, key, [note, before]).isSound)
            #expect(try Self.verify(copy, key, [before]).isSound)
            let report = try Self.verify(copy, key, [note])
            #expect(report.findings.first?.sequence == 21, "\(report.findings)")
            let foreign = try World().history.auditLog(origin: "example.com/wary").checkpoint()
            #expect(try !Self.verify(folder, key, [foreign]).isSound)
        }
    }

    /// 700 records, the first account's erased; signed at 600 and at the end.
    private static func fill(_ folder: String, _ key: InstallationKey) throws -> Early {
        let history = try History.open(folder, key: key)
        let world = try World(history)
        try world.report(world.decide(world.alice()), .succeeded)
        for number in 0..<598 { try world.decide(fields(number)) }
        try history.checkpoint()
        history.close()
        let early = Early(head: try Tampering(folder).get("facts", Array("log".utf8)), size: 600)
        let again = try History.open(folder, key: key)
        let later = try World(again)
        later.now = again.clock
        for number in 598..<698 { try later.decide(fields(number)) }
        _ = try again.erase(account: "erased", at: again.clock)
        try again.checkpoint()
        again.close()
        return early
    }

    private static func fields(_ number: Int) -> EventFields {
        EventFields(account: number % 12 == 11 ? "erased" : "account \(number % 10)", ip: IPAddress("192.0.2.10"), device: "d")
    }

    private static func verify(_ folder: String, _ key: InstallationKey, _ checkpoints: [String]) throws -> VerificationReport {
        let history = try History.open(folder, key: key, options: HistoryOptions(isReadOnly: true))
        defer { history.close() }
        return try history.verify(against: checkpoints)
    }
}
