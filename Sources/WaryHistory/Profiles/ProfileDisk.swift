import Crypto
import WaryVocabulary

/// What the profiles on disk are good for.
struct ProfileFacts: Equatable {
    /// Every profile on disk is applied up to this record at least.
    var checkpoint: UInt64 = 0
    /// Slots are never used again.
    var nextSlot = ReservedSlot.firstAggregate
    /// The aggregates kept up to date, by their text.
    var slots: [String: UInt16] = [:]

    init() {}

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte(1)
        writer.fixed(checkpoint)
        writer.fixed(nextSlot)
        writer.variable(UInt64(slots.count))
        for (text, slot) in slots.sorted(by: { $0.value < $1.value }) {
            writer.fixed(slot)
            writer.text(text)
        }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == 1 else { throw MalformedBytes() }
        checkpoint = try reader.fixed()
        nextSlot = try reader.fixed()
        for _ in 0..<(try reader.count()) {
            let slot: UInt16 = try reader.fixed()
            slots[try reader.text()] = slot
        }
    }
}

/// The profiles on disk, each sealed under a key of the installation's: format, mark, twelve random bytes, the words
/// encrypted with key, format and mark as additional data, the tag. The mark is clear so that idle profiles are found
/// without opening them.
// SAFETY: the history's thread loads, and `WriteBehind`'s queue writes, one slice after the other. They share what never
// changes, and the store, which guards itself; each has a cipher of its own; `facts` and `keptSlots` are the history's thread's.
final class ProfileDisk: ProfileSource, @unchecked Sendable {
    static let tables: [Table] = [.profiles, .facts]
    private static let format: UInt8 = 1
    private static let factsKey = Array("profiles".utf8)

    let store: LMDBStore
    private let key: SymmetricKey
    private let opening: Cipher
    private let sealing: Cipher
    var facts: ProfileFacts
    /// Sections of aggregates in no use are dropped when a profile is loaded.
    var keptSlots: Set<UInt16> = []
    /// What was found to be damaged, once it was.
    private(set) var damage: String?

    init(store: LMDBStore, key: InstallationKey) throws(HistoryError) {
        self.store = store
        self.key = key.derived("profiles")
        opening = try Cipher()
        sealing = try Cipher()
        guard let bytes = try store.get(.facts, Self.factsKey) else {
            facts = ProfileFacts()
            return
        }
        do throws(MalformedBytes) { facts = try ProfileFacts(bytes) } catch { throw MapFile.damaged(store.path, "its facts") }
    }

    func load(_ key: ProfileKey) throws(HistoryError) -> Profile? {
        do throws(HistoryError) { return try read(key) } catch {
            if case .damaged(let file, let place, _) = error { damage = "\(file) is damaged at \(place)" }
            throw error
        }
    }

    private func read(_ key: ProfileKey) throws(HistoryError) -> Profile? {
        guard let bytes = try store.get(.profiles, key.bytes) else { return nil }
        guard var profile = open(bytes, key) else { throw MapFile.damaged(store.path, "a profile") }
        profile.keep { $0 < ReservedSlot.firstAggregate || keptSlots.contains($0) }
        return profile
    }

    /// Writes profiles and what they are good for, in one transaction.
    func write(_ profiles: [(key: ProfileKey, profile: Profile)], _ facts: ProfileFacts) throws(HistoryError) {
        try store.reopen()
        var changes: [Change] = []
        for (key, profile) in profiles { changes.append(.put(.profiles, key.bytes, try seal(profile, key))) }
        changes.append(.put(.facts, Self.factsKey, facts.bytes))
        try store.write(changes)
    }

    func delete(_ keys: [ProfileKey]) throws(HistoryError) {
        try store.reopen()
        try store.write(keys.map { .delete(.profiles, $0.bytes) })
    }

    func seal(_ profile: Profile, _ profileKey: ProfileKey) throws(HistoryError) -> [UInt8] {
        var writer = ByteWriter(capacity: Self.headBytes + Self.nonceBytes + 8 * profile.words.count + Cipher.tagBytes)
        writer.byte(Self.format)
        writer.fixed(profile.mark)
        let nonce = Cipher.Nonce(place: UInt64(try sealing.randomWord()) << 32 | UInt64(try sealing.randomWord()), salt: try sealing.randomWord())
        writer.fixed(UInt64(littleEndian: nonce.place))
        writer.fixed(UInt32(littleEndian: nonce.salt))
        writer.words(profile.words)
        var bytes = writer.take()
        let result: Result<Void, HistoryError> = profileKey.bytes.withUnsafeBytes { name in
            Result { () throws(HistoryError) in
                try sealing.seal(&bytes, from: Self.headBytes + Self.nonceBytes, key: key, nonce: nonce, first: name, second: 0..<Self.headBytes)
            }
        }
        try result.get()
        return bytes
    }

    func open(_ bytes: [UInt8], _ profileKey: ProfileKey) -> Profile? {
        let start = Self.headBytes + Self.nonceBytes, end = bytes.count - Cipher.tagBytes
        guard let mark = Self.mark(bytes), start <= end, (end - start) % 8 == 0 else { return nil }
        let nonce = bytes.withUnsafeBytes {
            Cipher.Nonce(place: $0.loadUnaligned(fromByteOffset: Self.headBytes, as: UInt64.self),
                         salt: $0.loadUnaligned(fromByteOffset: Self.headBytes + 8, as: UInt32.self))
        }
        let plain = profileKey.bytes.withUnsafeBytes {
            opening.open(bytes, start..<end, key: key, nonce: nonce, first: $0, second: 0..<Self.headBytes)
        }
        return plain.map { Profile(mark: mark, words: ByteReader.words($0)) }
    }

    private static let nonceBytes = 12
    private static let headBytes = 9

    /// The record up to which a stored profile is applied.
    static func mark(_ bytes: [UInt8]) -> UInt64? {
        guard bytes.count > headBytes, bytes[0] == format else { return nil }
        var reader = ByteReader(bytes, from: 1)
        return try? reader.fixed()
    }
}
