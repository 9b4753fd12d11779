import WaryVocabulary

/// Who is really behind an attempt.
public enum Actor: String, Sendable, Hashable, CaseIterable {
    case owner
    /// One address, many accounts, passwords from a leak.
    case stuffing
    /// Many addresses, one popular password.
    case spraying
    /// The right password, from anywhere.
    case naive
    /// The right password, through a VPN in the victim's country.
    case vpn
    /// The right password, in the victim's country, with the victim's kind of browser.
    case targeted
    /// As `targeted`, on the victim's provider in the victim's city.
    case cloned
    /// The victim's own session relayed: password, user agent and device cookie, from another address.
    case phished
    /// One attacker with many stolen passwords, a few an hour, from a handful of addresses.
    case cluster
    /// A guess every few hours, each from another address.
    case lowAndSlow = "low-and-slow"

    public var isAttack: Bool { self != .owner }
}

/// One attempt to sign in, with the truth about it.
public struct SimulatedAttempt: Sendable {
    public var at: Instant
    public var fields: EventFields
    public var actor: Actor
    /// Whether whoever it is can pass a step-up.
    public var passesFactor: Bool
    /// What a storyteller would say: `on holiday in Tokyo`.
    public var note: String?
}
