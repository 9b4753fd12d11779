import Foundation

/// Why a password is not accepted (NIST SP 800-63B-4 §3.1.1.2). The raw value is the code that an answer carries.
public enum PasswordProblem: String, Hashable, Sendable, CaseIterable, Codable {
    case tooShort = "too_short"
    case tooLong = "too_long"
    /// Not text that everybody types alike: control characters, unassigned code points.
    case notText = "not_text"
    case common
    /// Made of the account's own names.
    case ownWords = "own_words"
    /// One character, or a few, over and over; or a run such as 12345678.
    case repetitive
    /// In a collection of passwords that attackers have.
    case breached

    /// How to mend it, for people.
    public func help(minimum: Int, maximum: Int) -> String {
        switch self {
        case .tooShort: "use at least \(minimum) characters; a few words in a row are easy to remember"
        case .tooLong: "use at most \(maximum) characters"
        case .notText: "use characters that can be typed: no control characters"
        case .common: "this is one of the passwords that are tried first; take another"
        case .ownWords: "do not make it of your own name or address; take something unrelated"
        case .repetitive: "do not repeat the same characters or count up; take something less regular"
        case .breached: "this password has leaked from some site and is known to attackers; take another"
        }
    }
}

/// What a password must be. There are no rules of composition and it never expires: both make passwords worse.
struct PasswordRules: Sendable {
    let limits: AuthLimits
    let blocklist: PasswordBlocklist
    let breached: BreachedPasswords?

    /// NFC, so that a password typed on another keyboard is the same.
    static func normalized(_ password: String) -> String { password.precomposedStringWithCanonicalMapping }

    func minimum(hasSecondFactor: Bool) -> Int {
        hasSecondFactor ? limits.passwordLengthWithFactor : limits.passwordLengthAlone
    }

    /// The first thing wrong with it; nil when it is good.
    /// - Parameters:
    ///   - ownWords: the account's identifiers, the service's name: what an attacker would try first.
    func problem(with password: String, hasSecondFactor: Bool, ownWords: [String]) -> PasswordProblem? {
        let password = Self.normalized(password)
        let points = Array(password.unicodeScalars)
        if points.count < minimum(hasSecondFactor: hasSecondFactor) { return .tooShort }
        if points.count > limits.passwordLengthAtMost { return .tooLong }
        guard points.allSatisfy({ ![.control, .unassigned, .surrogate, .privateUse].contains($0.properties.generalCategory) }) else { return .notText }
        if isRepetitive(points) { return .repetitive }
        if blocklist.contains(password) { return .common }
        if isMadeOf(ownWords, password) { return .ownWords }
        if let breached, breached.contains(password) { return .breached }
        return nil
    }

    /// Few different characters, one short piece repeated, or each character next to the one before it.
    private func isRepetitive(_ points: [Unicode.Scalar]) -> Bool {
        if Set(points).count < 4 { return true }
        let longestPeriod = min(4, points.count / 3)
        if longestPeriod > 0, (1...longestPeriod).contains(where: { period in (period..<points.count).allSatisfy { points[$0] == points[$0 - period] } }) {
            return true
        }
        let steps = zip(points.dropFirst(), points).map { Int($0.value) - Int($1.value) }
        let regular = steps.filter { abs($0) == 1 || $0 == -9 || $0 == 9 }.count
        return regular == steps.count
    }

    /// What is left of it when the account's own words, digits and punctuation are taken out is too little to be secret.
    private func isMadeOf(_ words: [String], _ password: String) -> Bool {
        var rest = password.lowercased()
        var found = false
        let pieces = words.flatMap { word in [word.lowercased()] + word.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        for piece in Set(pieces).sorted(by: { ($1.count, $0) < ($0.count, $1) }) where piece.count >= 4 && rest.contains(piece) {
            rest = rest.replacingOccurrences(of: piece, with: "")
            found = true
        }
        return found && rest.filter(\.isLetter).count < 6
    }
}
