import CSeal
import Crypto
import WaryVocabulary

/// 128 bits of HMAC-SHA-256: what stands for an identifier wherever history keeps one.
struct KeyedHash: Hashable, Sendable {
    var high: UInt64
    var low: UInt64
}

/// Hashes identifiers under a key of the installation's, so that nothing on disk or in memory tells whom it is about.
struct KeyHasher: Sendable {
    private let keyed: wary_hmac
    /// Names the places of habits, of which one decision needs nine.
    let names: SipHash

    init(_ key: InstallationKey) {
        var keyed = wary_hmac()
        key.derived("identifiers").withUnsafeBytes {
            wary_hmac_begin(&keyed, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
        self.keyed = keyed
        names = SipHash(key.derived("habits"))
    }

    /// The hash of a value in its role: `account` "x" and `device` "x" have nothing in common.
    func hash(_ role: String, _ value: Datum) -> KeyedHash {
        var writer = ByteWriter(capacity: 96)
        return hash(role, value, &writer)
    }

    /// The same in memory that the caller keeps.
    func hash(_ role: String, _ value: Datum, _ writer: inout ByteWriter) -> KeyedHash {
        writer.removeAll()
        writer.text(role)
        writer.datum(value)
        return hash(writer.bytes)
    }

    func hash(_ kind: KeyKind, _ value: Datum) -> KeyedHash { hash(kind.rawValue, value) }

    func hash(_ bytes: [UInt8]) -> KeyedHash {
        bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
                withUnsafePointer(to: keyed) { wary_hmac_code($0, bytes.baseAddress, bytes.count, words.baseAddress) }
                return KeyedHash(high: words[0], low: words[1])
            }
        }
    }

    /// The hash of two together: a profile by two keys.
    func combine(_ first: KeyedHash, _ second: KeyedHash) -> KeyedHash {
        var writer = ByteWriter()
        for word in [first.high, first.low, second.high, second.low] { writer.fixed(word) }
        return hash(writer.bytes)
    }
}
