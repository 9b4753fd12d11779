import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary
@testable import WaryEngine

/// Made-up sign-ins with reports and labels: the same for the same seed.
struct Traffic {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(_ bound: Int) -> Int {
        // SplitMix64.
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ z >> 31) % UInt64(bound))
    }

    static let policy = """
        policy traffic { for login }
        let failures = count(login.failed by account within 1h)
        let spread   = distinct(account of login.failed by ip within 1h)
        rule failing { when failures >= 2 score 10 * failures up to 60 }
        rule spread_out { when spread >= 3 deny }
        rule new_device { when device.new and not account.new score 15 }
        rule new_place { when ip.new and not account.new score 15 }
        rule far { when travel.speed > 900 km/h unknown skip score 40 }
        rule denied_before { when count(login.denied by account within 1d) >= 1 score 5 }
        rule watched monitor { when failures >= 1 score 1 }
        decide { deny when score >= 70 step_up totp, sms when score >= 30 allow otherwise }
        """

    /// Plays `count` attempts, with what follows them, against a decider.
    mutating func play(_ count: Int, on decider: inout Decider, from start: Instant = Engines.start) throws {
        var now = start
        var made: [String] = []
        for _ in 0..<count {
            now = now + Int64(next(120_000))
            let account = "u\(next(12))", home = Int(account.dropFirst()) ?? 0
            let isAway = next(6) == 0
            var request = Engines.request(account, ip: isAway ? "203.0.113.\(next(4))" : "192.0.\(home).1", at: now,
                                          device: next(8) == 0 ? "other" : "d\(home)")
            request.fields.credential = next(5) == 0 ? .invalid : .valid
            let point = GeoPoint(latitude: isAway ? 35.68 : 48.86, longitude: isAway ? 139.69 : 2.35)
            let place = Whereabouts(position: Position(country: Country(isAway ? "JP" : "FR"), point: point),
                                    missingPosition: .notInDatabase, missingNetwork: .notInDatabase)
            guard let answer = decider.handle(.decide(request), wall: now, whereabouts: place).answer,
                  let id = answer.decisionID else { continue }
            made.append(id)
            if request.fields.credential == .valid, answer.outcome != .deny, next(8) != 0 {
                let outcome: ReportedOutcome = answer.outcome == .stepUp ? (next(3) == 0 ? .challengeFailed : .challengePassed) : .succeeded
                let report = ReportRequest(decisionID: id, outcome: outcome, factor: answer.outcome == .stepUp ? .totp : nil, at: now + 1)
                _ = decider.handle(.report(report), wall: now)
            }
            if next(10) == 0 {
                let label = LabelRequest(decisionID: made[next(made.count)], label: next(2) == 0 ? .fraud : .legitimate, at: now + 2)
                _ = decider.handle(.label(label), wall: now)
            }
            now = now + 10
        }
        try decider.commit()
    }
}
