import Testing
import WaryHistory
import WaryVocabulary

/// What is recorded when (SMALL_PRINT A13 to A16), seen through what policies count.
@Suite struct RecordingTests {
    @Test func aGuessIsCountedFromTheNextDecisionOn() throws {
        let world = try World()
        let failures = world.count(.loginFailed, by: .account)
        for guess in 0..<64 {
            #expect(try world.history.value(of: failures, for: world.alice(), at: world.now) == .known(.int(Int64(guess))))
            try world.decide(world.alice(credential: .invalid))
        }
    }

    @Test func anAttemptAndItsOutcomeAreOneLogin() throws {
        let world = try World()
        let id = try world.decide(world.alice())
        try world.report(id, .succeeded)
        try world.report(id, .succeeded)
        #expect(try world.read(world.count(.login, by: .account)) == .int(1))
        #expect(try world.read(world.count(.loginSucceeded, by: .account)) == .int(1))
        #expect(try world.read(world.count(.loginFailed, by: .account)) == .int(0))
    }

    @Test func aDeniedWrongGuessIsBoth() throws {
        let world = try World()
        try world.decide(world.alice(credential: .invalid), .deny)
        #expect(try world.read(world.count(.loginDenied, by: .account)) == .int(1))
        #expect(try world.read(world.count(.loginFailed, by: .account)) == .int(1))
    }

    @Test func wrongCodesMayBeFollowedByARightOne() throws {
        let world = try World()
        let id = try world.decide(world.alice(), .stepUp)
        try world.report(id, .challengeFailed, attempt: 1)
        try world.report(id, .challengeFailed, attempt: 1)
        try world.report(id, .challengeFailed, attempt: 2)
        try world.report(id, .challengePassed, factor: .totp)
        #expect(try world.read(world.count(.challengeFailed, by: .account)) == .int(2))
        #expect(try world.read(world.count(.challengePassed, by: .account)) == .int(1))
        #expect(try world.read(world.count(.loginSucceeded, by: .account)) == .int(1))
        #expect(try world.history.baseline(of: "alice").signIns == 1)
        let stored = try #require(try world.history.decision(id))
        #expect(stored.failedChallenges == 2)
        #expect(stored.outcome == .challengePassed)
        #expect(stored.factor == .totp)
    }

    @Test func contradictionsAreConflicts() throws {
        let world = try World()
        let denied = try world.decide(world.alice(), .deny)
        #expect(throws: HistoryError.self) { try world.report(denied, .succeeded) }
        let failed = try world.decide(world.alice(credential: .invalid))
        #expect(throws: HistoryError.self) { try world.report(failed, .succeeded) }
        try world.report(failed, .failed)
        #expect(try world.read(world.count(.loginFailed, by: .account)) == .int(1))
        #expect(try world.history.baseline(of: "alice").signIns == 0)
    }

    @Test func aStepUpWithoutAFactorTeachesNothing() throws {
        let world = try World()
        let id = try world.decide(world.alice(), .stepUp)
        try world.report(id, .succeeded)
        #expect(try world.read(world.count(.loginSucceeded, by: .account)) == .int(1))
        #expect(try world.history.baseline(of: "alice").signIns == 0)
        try world.report(id, .challengePassed, factor: .totp)
        #expect(try world.read(world.count(.loginSucceeded, by: .account)) == .int(1))
        #expect(try world.history.baseline(of: "alice").signIns == 1)
    }

    @Test func fraudUnlearnsExactlyAndLegitimateLearnsAgain() throws {
        let world = try World()
        let new = AggregateDefinition(function: .new, field: "device", event: .loginSucceeded, keys: [.account],
                                      extent: .within(milliseconds: 1_000_000), text: "new(device by account within 1000s)")
        try world.history.use([new])
        let good = try world.decide(world.alice(device: "laptop"))
        try world.report(good, .succeeded)
        let before = try world.history.baseline(of: "alice")
        let bad = try world.decide(world.alice(device: "phone"))
        try world.report(bad, .succeeded)
        let with = try world.history.baseline(of: "alice")
        #expect(with.knows(.device, .text("phone")))
        #expect(try world.history.value(of: new, for: world.alice(device: "phone"), at: world.now) == .known(.bool(false)))
        try world.history.recordLabel(bad, .fraud, at: world.now)
        #expect(try world.history.baseline(of: "alice") == before)
        #expect(try world.history.value(of: new, for: world.alice(device: "phone"), at: world.now) == .known(.bool(true)))
        #expect(try world.history.value(of: new, for: world.alice(device: "laptop"), at: world.now) == .known(.bool(false)))
        try world.history.recordLabel(bad, .legitimate, at: world.now)
        #expect(try world.history.baseline(of: "alice") == with)
        #expect(try world.history.value(of: new, for: world.alice(device: "phone"), at: world.now) == .known(.bool(false)))
    }

    @Test func appsMayNotRecordSignIns() throws {
        let world = try World()
        for kind in [EventKind.login, .loginSucceeded, .challengePassed] {
            #expect(throws: HistoryError.self) { try world.history.recordEvent(kind, world.alice(), at: world.now) }
        }
        try world.history.recordEvent(.passwordChanged, world.alice(), at: world.now)
        #expect(try world.read(world.count(.passwordChanged, by: .account)) == .int(1))
    }

    @Test func anUnknownKeyIsUnknownAndNeverZero() throws {
        let world = try World()
        let byDevice = world.count(.login, by: .device)
        #expect(try world.history.value(of: byDevice, for: world.alice(), at: world.now) == .unknown(.notSent))
        #expect(try world.history.value(of: byDevice, for: world.alice(device: "d"), at: world.now) == .known(.int(0)))
    }

    @Test func anImportedLineCountsOnce() throws {
        let world = try World()
        var event = ImportedEvent(given: .loginFailed, at: world.now, fields: world.alice())
        event.fingerprint = "line 1"
        #expect(try world.history.recordImported(event))
        #expect(try !world.history.recordImported(event))
        #expect(try world.read(world.count(.loginFailed, by: .account)) == .int(1))
    }

    @Test func idsCannotBeGuessed() throws {
        let world = try World()
        let id = try world.decide(world.alice())
        #expect(DecisionID(id.description) == id)
        #expect(id.instant + 1000 == world.now)
        #expect(try world.history.decision(id)?.event.fields.account == "alice")
        var text = id.description
        text.removeLast()
        let forged = try #require(DecisionID(text + (id.description.hasSuffix("0") ? "1" : "0")))
        #expect(try world.history.decision(forged) == nil)
        #expect(throws: HistoryError.notFound) { try world.report(forged, .succeeded) }
    }
}
