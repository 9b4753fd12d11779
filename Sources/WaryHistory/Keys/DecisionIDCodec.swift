import WaryVocabulary

/// Makes decision ids and reads them back: 48 bits of milliseconds; then the record's 48-bit sequence, masked; then a
/// 32-bit keyed check of both. The mask is keyed by the check, so that two ids of one millisecond share nothing.
struct DecisionIDCodec: Sendable {
    /// An id is made at each decision: two codes of it must cost little.
    private let keyed: SipHash

    init(_ key: InstallationKey) { keyed = SipHash(key.derived("decision ids")) }

    func id(sequence: UInt64, at: Instant) -> DecisionID {
        let time = UInt64(min(max(at.milliseconds, 0), 1 << 48 - 1))
        let check = word(0, time, sequence) >> 32
        let masked = (sequence ^ word(1, time, check)) & (1 << 48 - 1)
        return DecisionID(high: time << 16 | masked >> 32, low: masked << 32 | check)
    }

    /// Nil for an id this installation did not make.
    func sequence(_ id: DecisionID) -> UInt64? {
        let time = id.high >> 16, check = id.low & 0xffff_ffff
        let masked = (id.high & 0xffff) << 32 | id.low >> 32
        let sequence = (masked ^ word(1, time, check)) & (1 << 48 - 1)
        return word(0, time, sequence) >> 32 == check ? sequence : nil
    }

    private func word(_ role: UInt8, _ first: UInt64, _ second: UInt64) -> UInt64 { keyed.hash(UInt64(role), first, second) }
}
