import Crypto
import WaryVocabulary

/// What the good sign-ins that were trimmed had taught, for each account: a rebuild begins with it, so that it loses nothing
/// that a baseline knew before the retention. Sealed under the account's key, so that it goes with the account.
///
/// A value: the key's slot (4 bytes), the nonce (12), the baseline's words encrypted, the tag.
final class CarriedBaselines {
    private static let headBytes = 16
    private static let slotBytes = 4
    private let journal: Journal
    private let hasher: EventHasher
    private var cipher: Cipher?
    /// Nothing was ever carried: nobody has to look.
    private var isEmpty = true

    init(journal: Journal, hasher: EventHasher) throws(HistoryError) {
        self.journal = journal
        self.hasher = hasher
        isEmpty = try journal.store.lastKey(.carried) == nil
    }

    /// Of an account, whose profile is begun.
    func section(of account: KeyedHash) throws(HistoryError) -> Section? {
        let key = NumberKey.bytes(account)
        guard !isEmpty, let bytes = try journal.get(.carried, key) else { return nil }
        var reader = ByteReader(bytes)
        guard let slot: UInt32 = try? reader.fixed(), let place: UInt64 = try? reader.fixed(), let salt: UInt32 = try? reader.fixed(),
              bytes.count >= Self.headBytes + Cipher.tagBytes
        else { throw Self.damaged }
        guard let secret = try journal.keys.keyIfHeld(slot) else { return nil }
        let cipher = try opened(), nonce = Cipher.Nonce(place: place.littleEndian, salt: salt.littleEndian)
        let plain = key.withUnsafeBytes {
            cipher.open(bytes, Self.headBytes..<(bytes.count - Cipher.tagBytes), key: secret, nonce: nonce, first: $0, second: 0..<Self.slotBytes)
        }
        guard let plain else { throw Self.damaged }
        let words = ByteReader.words(plain)
        return Section(words: words, start: 0, count: words.count)
    }

    /// Takes in a good sign-in whose record is trimmed; with the next commit.
    func learn(_ fields: EventFields, _ header: RecordHeader, at: Instant, isCrowded: Bool) throws(HistoryError) {
        var section = try section(of: header.pseudonym) ?? Section()
        var hashes = EventHashes(hasher, account: header.pseudonym)
        BaselineSection.learn(fields, &hashes, at: at, isCrowded: isCrowded, names: hasher.plain.names, in: &section)
        let cipher = try opened(), key = NumberKey.bytes(header.pseudonym)
        // Above every record's place, so that no record sealed under this key has the nonce.
        let place = 1 << 63 | UInt64(try cipher.randomWord()) << 31 | UInt64(try cipher.randomWord()) >> 1
        let nonce = Cipher.Nonce(place: place.littleEndian, salt: try cipher.randomWord())
        var writer = ByteWriter(capacity: Self.headBytes + 8 * section.count + Cipher.tagBytes)
        writer.fixed(header.keySlot)
        writer.fixed(place)
        writer.fixed(UInt32(littleEndian: nonce.salt))
        writer.words(Array(section.payload))
        var bytes = writer.take()
        let secret = try journal.keys.key(header.keySlot)
        let result: Result<Void, HistoryError> = key.withUnsafeBytes { name in
            Result { () throws(HistoryError) in
                try cipher.seal(&bytes, from: Self.headBytes, key: secret, nonce: nonce, first: name, second: 0..<Self.slotBytes)
            }
        }
        try result.get()
        journal.put(.carried, key, bytes)
        isEmpty = false
    }

    /// The account is known no more.
    func forget(_ account: KeyedHash) {
        if !isEmpty { journal.put(.carried, NumberKey.bytes(account), nil) }
    }

    private func opened() throws(HistoryError) -> Cipher {
        if let cipher { return cipher }
        let made = try Cipher()
        cipher = made
        return made
    }

    private static let damaged = HistoryError.damaged(file: "journal", place: "a carried baseline", help: "wary journal salvage keeps what is good")
}
