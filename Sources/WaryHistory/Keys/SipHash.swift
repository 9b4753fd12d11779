import Crypto

/// SipHash-2-4 (Aumasson, Bernstein, 2012): a keyed hash of 64 bits that costs a few tens of nanoseconds. It names the
/// places in habits and in the population, of which a decision needs nine; without the key nobody can tell what a name
/// stands for, nor make two values that share one.
struct SipHash: Sendable {
    private let key: (UInt64, UInt64)

    init(key: (UInt64, UInt64)) { self.key = key }

    init(_ key: SymmetricKey) {
        self.key = key.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    func hash(_ bytes: [UInt8]) -> UInt64 {
        var state = State(key)
        bytes.withUnsafeBytes { bytes in
            var place = 0
            while place + 8 <= bytes.count {
                state.absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
                place += 8
            }
            var last = UInt64(truncatingIfNeeded: bytes.count) << 56
            for (index, byte) in bytes[place...].enumerated() { last |= UInt64(byte) << UInt64(8 * index) }
            state.absorb(last)
        }
        return state.finish()
    }

    /// The hash of three numbers, as of their 24 bytes.
    func hash(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
        var state = State(key)
        for word in [first, second, third] { state.absorb(word) }
        state.absorb(24 << 56)
        return state.finish()
    }

    private struct State {
        private var v0, v1, v2, v3: UInt64

        init(_ key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736f_6d65_7073_6575
            v1 = key.1 ^ 0x646f_7261_6e64_6f6d
            v2 = key.0 ^ 0x6c79_6765_6e65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { x << by | x >> (64 - by) }
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }
    }
}
