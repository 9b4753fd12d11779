import Glibc
import WaryHistory
import WaryVocabulary

/// The terms of the model that rest on when, how fast and with which device an account signs in. All in nats.
enum ContextTerms {
    static let hourWeight = 0.75
    static let hourBounds = -1.5...2.0

    /// Whether the hour is one of the account's own.
    static func hour(_ hour: Int, habit: HourHabit) -> Double {
        hourWeight * clamped(log(1.0 / 24) - log(habit.probability(ofHour: hour)), hourBounds)
    }

    static let travelTerm = 2.0
    /// On a network the account knows: phones leave the net in other cities.
    static let travelTermOnKnownNetwork = 0.4
    /// Metres, metres a second and milliseconds below which nothing is made of a journey.
    static let leastDistance = 150_000.0
    static let leastSpeed = 900.0 / 3.6
    static let leastElapsed: Int64 = 60_000

    /// Whether it could not have been travelled from one of the last good sign-ins.
    static func travel(from recent: [GoodSignIn], to point: GeoPoint, accuracy: Double?, now: Instant,
                       knowsNetwork: Bool) -> Double {
        let isImpossible = recent.contains { signIn in
            guard signIn.anonymous != true, let there = signIn.point else { return false }
            let milliseconds = now - signIn.at
            let distance = point.distance(to: there) - (accuracy ?? 0) - (signIn.accuracy ?? 0)
            return milliseconds >= leastElapsed && distance > leastDistance
                && distance / (Double(milliseconds) / 1000) > leastSpeed
        }
        return isImpossible ? (knowsNetwork ? travelTermOnKnownNetwork : travelTerm) : 0
    }

    static let conductWeight = 0.5
    static let conductBounds = -1.0...2.0
    /// Imagined events spread over fifty networks, so that the first few say little.
    static let conductPrior = 20.0
    static let conductShare = 0.02

    /// Whether a network that is new to the account is known for attacks rather than for good sign-ins.
    static func conduct(_ conduct: NetworkConduct) -> Double {
        func share(_ part: Double, _ all: Double) -> Double { (part + conductShare * conductPrior) / (all + conductPrior) }
        let odds = share(conduct.failures, conduct.allFailures) / share(conduct.successes, conduct.allSuccesses)
        return conductWeight * clamped(log(odds), conductBounds)
    }

    /// A device id known to the account; another; none where others are known.
    static let deviceKnown = -3.0
    static let deviceOther = 1.2
    static let deviceMissing = 0.9

    private static func clamped(_ value: Double, _ bounds: ClosedRange<Double>) -> Double {
        min(bounds.upperBound, max(bounds.lowerBound, value))
    }
}
