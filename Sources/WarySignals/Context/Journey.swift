import WaryHistory
import WaryVocabulary

/// What would have had to be travelled since the account's last good sign-in: `travel.*`.
///
/// The distance is the great circle's less both accuracy radii, not below 0; the time is not below one second, so that
/// two events of the same instant, or a clock set back, give a speed and not a division by zero. From a subnet that one
/// of the last good sign-ins came from there is no travel: people go back and forth between their networks, and databases
/// move addresses.
struct Journey {
    let distance: Reading
    let elapsed: Reading
    let speed: Reading

    /// Milliseconds below which the time between two sign-ins is not taken.
    static let leastElapsed: Int64 = 1_000

    init(of context: SignalContext) {
        switch Self.leg(of: context) {
        case .known(let metres, let milliseconds):
            distance = .known(.distance(metres))
            elapsed = .known(.duration(milliseconds))
            speed = .known(.speed(metres / (Double(milliseconds) / 1000)))
        case .unknown(let reason):
            distance = .unknown(reason)
            elapsed = .unknown(reason)
            speed = .unknown(reason)
        case .unavailable:
            distance = .unavailable
            elapsed = .unavailable
            speed = .unavailable
        }
    }

    private enum Leg {
        case known(metres: Double, milliseconds: Int64)
        case unknown(UnknownReason)
        case unavailable
    }

    private static func leg(of context: SignalContext) -> Leg {
        guard let baseline = context.baseline else { return .unavailable }
        if context.event.network.anonymous == true { return .unknown(.anonymousNetwork) }
        guard let here = context.event.position.point else { return .unknown(context.missingPosition) }
        guard let last = baseline.recent.first else { return .unknown(.noHistory) }
        if last.anonymous == true { return .unknown(.anonymousNetwork) }
        guard let there = last.point else { return .unknown(.notInDatabase) }
        let milliseconds = max(leastElapsed, context.now - last.at)
        if context.isFromRecentSubnet(baseline) { return .known(metres: 0, milliseconds: milliseconds) }
        let radii = (context.event.position.accuracy ?? 0) + (last.accuracy ?? 0)
        return .known(metres: max(0, here.distance(to: there) - radii), milliseconds: milliseconds)
    }
}
