/// What an authenticator says of itself and of what it did (WebAuthn Level 3, §6.1).
struct AuthenticatorData: Sendable {
    struct Flags: OptionSet, Hashable, Sendable, Codable {
        let rawValue: UInt8
        static let userPresent = Flags(rawValue: 1)
        static let userVerified = Flags(rawValue: 1 << 2)
        static let backupEligible = Flags(rawValue: 1 << 3)
        static let backedUp = Flags(rawValue: 1 << 4)
        static let attestedCredential = Flags(rawValue: 1 << 6)
        static let extensions = Flags(rawValue: 1 << 7)
    }

    struct Credential: Sendable {
        let aaguid: [UInt8]
        let id: [UInt8]
        /// As it was sent, to be kept.
        let encodedKey: [UInt8]
        let key: COSEKey
    }

    let relyingPartyHash: [UInt8]
    let flags: Flags
    let signCount: UInt32
    let credential: Credential?

    /// Nil for anything that is not exactly that.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 37 else { return nil }
        relyingPartyHash = Array(bytes[0..<32])
        flags = Flags(rawValue: bytes[32])
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var rest = bytes[37...]
        if flags.contains(.attestedCredential) {
            guard rest.count >= 18 else { return nil }
            let aaguid = Array(rest.prefix(16)), length = rest.dropFirst(16).prefix(2).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(18)
            // §4, "credential id": 1023 bytes at most.
            guard (1...1023).contains(length), rest.count > length else { return nil }
            let id = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard let (value, after) = try? CBOR.readFirst(rest), let key = COSEKey(value) else { return nil }
            credential = Credential(aaguid: aaguid, id: id, encodedKey: Array(rest.prefix(rest.count - after.count)), key: key)
            rest = after[...]
        } else {
            credential = nil
        }
        if flags.contains(.extensions) {
            guard let (value, after) = try? CBOR.readFirst(rest), value.entries != nil else { return nil }
            rest = after[...]
        }
        guard rest.isEmpty else { return nil }
    }
}
