import Foundation

/// Passwords that are tried first: a file of common ones, and a short list that is always there.
public struct PasswordBlocklist: Sendable {
    private let entries: Set<String>

    /// - Parameter passwords: compared without regard to case.
    public init(_ passwords: some Sequence<String> = []) {
        entries = Set(passwords.map { PasswordRules.normalized($0).lowercased() }).union(Self.alwaysThere)
    }

    /// Reads a file of one password a line; blank lines are passed over.
    /// - Throws: `.unavailable` where the file cannot be read: serving without its rules would weaken them in silence.
    public init(file path: String) throws(AuthError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unavailable("the list of common passwords cannot be read; check passwords.blocklist")
        }
        self.init(String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init))
    }

    /// Also with what people put behind a word to make it "better".
    func contains(_ password: String) -> Bool {
        let password = password.lowercased()
        if entries.contains(password) { return true }
        let trimmed = String(password.reversed().drop { $0.isNumber || $0.isPunctuation || $0.isSymbol }.reversed())
        return trimmed.count < password.count && entries.contains(trimmed)
    }

    /// Those of fifteen characters and more that top every list, and the roots of the shorter ones: a file only adds.
    private static let alwaysThere: Set<String> = [
        "password", "passwordpassword", "password12345678", "1234567890123456", "123456789012345", "qwertyuiopasdfgh",
        "qwertyuiop", "qwertyui", "qwerty", "iloveyou", "iloveyouiloveyou", "letmein", "letmeinletmein", "welcome",
        "welcomewelcome", "administrator", "admin", "changeme", "changemechangeme", "correct horse battery staple",
        "correcthorsebatterystaple", "thisismypassword", "thisisapassword", "mypassword", "sunshine", "football",
        "baseball", "princess", "trustno1", "starwars", "superman", "motdepasse", "azertyuiop", "azerty", "1q2w3e4r5t6y7u8i",
        "1qaz2wsx3edc4rfv", "qazwsxedcrfvtgb", "zaq12wsxcde34rfv", "secret", "master", "dragon", "monkey", "shadow",
    ]
}
