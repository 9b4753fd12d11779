import CSeal
import Crypto

/// AES-256-GCM that allocates nothing at a call. One thread uses it at a time.
final class Cipher {
    static let tagBytes = 16
    private let state: OpaquePointer
    /// Random numbers asked of the system by the page: one at a time costs a system call each.
    private var random: [UInt32] = []

    /// Twelve bytes, never the same again under one key.
    struct Nonce {
        var place: UInt64
        var salt: UInt32
    }

    init() throws(HistoryError) {
        guard let state = wary_gcm_new() else { throw .invalid("libcrypto offers no AES-256-GCM") }
        self.state = state
    }

    deinit { wary_gcm_free(state) }

    /// Encrypts `bytes` from `start` on where they stand and appends the tag.
    /// - Parameters:
    ///   - first: what else is vouched for, then
    ///   - second: bytes of `bytes` itself.
    func seal(_ bytes: inout [UInt8], from start: Int, key: SymmetricKey, nonce: Nonce, first: UnsafeRawBufferPointer,
              second: Range<Int>) throws(HistoryError) {
        let end = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: Self.tagBytes))
        let isSealed = bytes.withUnsafeMutableBytes { whole in
            key.withUnsafeBytes { key in
                withUnsafeBytes(of: nonce) { nonce in
                    guard let base = whole.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count == 32 else { return false }
                    return wary_gcm_seal(state, Self.pointer(key), Self.pointer(nonce), Self.pointer(first), first.count,
                                         base + second.lowerBound, second.count, base + start, end - start, base + end) == 1
                }
            }
        }
        guard isSealed else { throw .invalid("a record could not be encrypted") }
    }

    /// What was sealed in `range` of `bytes`, the tag behind it; nil when anything is not as it was.
    func open(_ bytes: [UInt8], _ range: Range<Int>, key: SymmetricKey, nonce: Nonce, first: UnsafeRawBufferPointer,
              second: Range<Int>) -> [UInt8]? {
        guard range.upperBound + Self.tagBytes <= bytes.count else { return nil }
        var isOpen = false
        let plain = [UInt8](unsafeUninitializedCapacity: range.count) { target, count in
            isOpen = bytes.withUnsafeBytes { whole in
                key.withUnsafeBytes { key in
                    withUnsafeBytes(of: nonce) { nonce in
                        guard let base = whole.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count == 32 else { return false }
                        return wary_gcm_open(state, Self.pointer(key), Self.pointer(nonce), Self.pointer(first), first.count,
                                             base + second.lowerBound, second.count, base + range.lowerBound, range.count,
                                             base + range.upperBound, target.baseAddress) == 1
                    }
                }
            }
            count = isOpen ? range.count : 0
        }
        return isOpen ? plain : nil
    }

    func randomWord() throws(HistoryError) -> UInt32 {
        if random.isEmpty {
            let count = Limits.randomWords
            random = [UInt32](repeating: 0, count: count)
            guard random.withUnsafeMutableBytes({ wary_random($0.baseAddress, $0.count) }) == 1 else {
                random = []
                throw .invalid("the system gives no random numbers")
            }
        }
        return random.removeLast()
    }

    private static func pointer(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }
}
