import CArgon2

/// Argon2id as Debian's libargon2 computes it, in PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
enum Argon2 {
    /// What a hash costs whoever computes it, us and attackers.
    struct Cost: Hashable, Sendable {
        /// KiB of memory.
        var memory: UInt32
        /// Passes over it.
        var passes: UInt32
        var lanes: UInt32
    }

    /// Nil only where memory is not to be had.
    static func hash(_ input: [UInt8], cost: Cost, salt: [UInt8]) -> String? {
        let hashLength = 32
        let size = argon2_encodedlen(cost.passes, cost.memory, cost.lanes, UInt32(salt.count), UInt32(hashLength), Argon2_id)
        var text = [CChar](repeating: 0, count: size)
        let status = argon2id_hash_encoded(cost.passes, cost.memory, cost.lanes, input, input.count, salt, salt.count,
                                           hashLength, &text, text.count)
        guard status == ARGON2_OK.rawValue else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether `input` has this hash; the library compares in constant time. Nil where it could not be computed: a
    /// string that is none, or no memory.
    static func verify(_ input: [UInt8], against phc: String) -> Bool? {
        switch argon2id_verify(phc, input, input.count) {
        case ARGON2_OK.rawValue: true
        case ARGON2_VERIFY_MISMATCH.rawValue: false
        default: nil
        }
    }

    /// The cost written in a PHC string; nil for another algorithm or version.
    static func cost(of phc: String) -> Cost? {
        let parts = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
        var values: [Substring: UInt32] = [:]
        for setting in parts[3].split(separator: ",") {
            let pair = setting.split(separator: "=")
            guard pair.count == 2, let value = UInt32(pair[1]) else { return nil }
            values[pair[0]] = value
        }
        guard let memory = values["m"], let passes = values["t"], let lanes = values["p"] else { return nil }
        return Cost(memory: memory, passes: passes, lanes: lanes)
    }
}
