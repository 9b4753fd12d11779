import Crypto
import WaryVocabulary

/// 128 bits of HMAC-SHA-256: what stands for an identifier wherever history keeps one.
struct KeyedHash: Hashable, Sendable {
    var high: UInt64
    var low: UInt64
}

/// Hashes identifiers under a key of the installation's, so that nothing on disk or in memory tells whom it is about.
struct KeyHasher: Sendable {
    private let keyed: HMAC<SHA256>
    /// Names the places of habits, of which one decision needs nine.
    let names: SipHash

    init(_ key: InstallationKey) {
        keyed = HMAC<SHA256>(key: key.derived("identifiers"))
        names = SipHash(key: key.derived("habits").withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        })
    }

    /// The hash of a value in its role: `account` "x" and `device` "x" have nothing in common.
    func hash(_ role: String, _ value: Datum) -> KeyedHash {
        var writer = ByteWriter()
        writer.text(role)
        writer.datum(value)
        return hash(writer.bytes)
    }

    func hash(_ kind: KeyKind, _ value: Datum) -> KeyedHash { hash(kind.rawValue, value) }

    func hash(_ bytes: [UInt8]) -> KeyedHash {
        var code = keyed
        code.update(data: bytes)
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in code.finalize().prefix(16).enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        return KeyedHash(high: words.0, low: words.1)
    }

    /// The hash of two together: a profile by two keys.
    func combine(_ first: KeyedHash, _ second: KeyedHash) -> KeyedHash {
        var writer = ByteWriter()
        for word in [first.high, first.low, second.high, second.low] { writer.fixed(word) }
        return hash(writer.bytes)
    }
}
