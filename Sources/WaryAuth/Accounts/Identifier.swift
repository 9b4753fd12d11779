import Foundation

/// What a person signs in with.
public struct Identifier: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case email, phone, name

        /// Whether a code can be sent to it, and so whether it must be proven before it counts.
        public var isReachable: Bool { self != .name }
    }

    public let kind: Kind
    /// As it is compared: two spellings of one identifier are equal here.
    public let canonical: String
    /// As it was given, for showing and for sending to.
    public let display: String

    /// - Throws: `.invalid` for the field `identifier`, saying what is wrong with it.
    public init(_ kind: Kind, _ text: String, limits: AuthLimits = .standard) throws(AuthError) {
        self.kind = kind
        switch kind {
        case .email: (canonical, display) = try Self.email(text, limits)
        case .phone:
            canonical = try Self.phone(text)
            display = canonical
        case .name: (canonical, display) = try Self.name(text, limits)
        }
    }

    /// An e-mail address that is known to be one.
    init(decoy address: String) {
        kind = .email
        canonical = address
        display = address
    }

    /// The kind it looks like: `@` makes an e-mail address, a leading `+` a phone number, anything else a name.
    public init(guessing text: String, limits: AuthLimits = .standard) throws(AuthError) {
        let kind: Kind = text.contains("@") ? .email : text.hasPrefix("+") ? .phone : .name
        try self.init(kind, text, limits: limits)
    }

    private static func invalid(_ problem: String) -> AuthError { .invalid(field: "identifier", problem: problem) }

    /// Both parts without regard to case: no provider of weight keeps two mailboxes that differ only in that, and a
    /// second account one capital away from the first would be a trap.
    private static func email(_ text: String, _ limits: AuthLimits) throws(AuthError) -> (String, String) {
        let display = text.precomposedStringWithCanonicalMapping
        guard display.utf8.count <= limits.emailBytes else { throw invalid("an e-mail address has at most \(limits.emailBytes) bytes") }
        guard display.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f && !$0.properties.isWhitespace
            && !"<>()[]\\,;:\"".unicodeScalars.contains($0) && $0.properties.generalCategory != .control
            && $0.properties.generalCategory != .format })
        else { throw invalid("an e-mail address has no spaces and no special characters such as < > \" ;") }
        let parts = display.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64, !parts[0].hasPrefix("."), !parts[0].hasSuffix("."),
              !parts[0].contains("..")
        else { throw invalid("an e-mail address looks like name@example.org") }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.allSatisfy(isOfHost) })
        else { throw invalid("the part after @ is not the name of a host") }
        return (display.lowercased(), display)
    }

    private static func isOfHost(_ character: Character) -> Bool {
        !character.isASCII ? character.isLetter || character.isNumber : character.isLetter || character.isNumber || character == "-"
    }

    /// E.164, once the usual separators are taken out.
    private static func phone(_ text: String) throws(AuthError) -> String {
        let number = text.filter { !" -./()\u{a0}".contains($0) }
        guard number.hasPrefix("+"), (8...16).contains(number.utf8.count), number.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
              !number.hasPrefix("+0")
        else { throw invalid("a phone number is written internationally, +33 6 12 34 56 78") }
        return number
    }

    private static func name(_ text: String, _ limits: AuthLimits) throws(AuthError) -> (String, String) {
        let display = text.precomposedStringWithCanonicalMapping
        let canonical = text.precomposedStringWithCompatibilityMapping.lowercased().precomposedStringWithCompatibilityMapping
        guard (1...limits.nameLength).contains(canonical.unicodeScalars.count), display.unicodeScalars.count <= limits.nameLength else {
            throw invalid("a name has 1 to \(limits.nameLength) characters")
        }
        guard canonical.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }), canonical.contains(where: { $0.isLetter || $0.isNumber })
        else { throw invalid("a name is made of letters, digits, '.', '_' and '-'") }
        return (canonical, display)
    }
}
