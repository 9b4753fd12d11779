/// What a good sign-in is the first of, or one taken back the last of: a bit for each level of the chains, for the account
/// and for everyone. A record carries it, so that replaying the journal asks no other profile.
struct Novelty: Hashable, Sendable {
    var bits: UInt32 = 0

    /// The account had no good sign-in at this place before (or has none any longer).
    func isForAccount(_ level: HabitLevel) -> Bool { bits >> UInt32(level.rawValue) & 1 == 1 }

    /// Nor had any other.
    func isForEveryone(_ level: HabitLevel) -> Bool { bits >> UInt32(16 + level.rawValue) & 1 == 1 }

    /// The account had no good sign-in at all.
    var isNewcomer: Bool { bits >> 15 & 1 == 1 }

    mutating func noteForAccount(_ level: HabitLevel) { bits |= 1 << UInt32(level.rawValue) }

    mutating func noteForEveryone(_ level: HabitLevel) { bits |= 1 << UInt32(16 + level.rawValue) }

    mutating func noteNewcomer() { bits |= 1 << 15 }
}
