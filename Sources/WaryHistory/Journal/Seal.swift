import Crypto

/// Encrypts a record's body and vouches for the whole record: AES-256-GCM under the account's key, with the record's
/// place and clear header as additional data. After the header come four random bytes, which with the place make the
/// nonce (a place may be written twice when a commit fails), the ciphertext and the tag.
struct Seal {
    private static let saltBytes = 4
    private let cipher: Cipher

    init() throws(HistoryError) { cipher = try Cipher() }

    func seal(_ header: RecordHeader, _ body: RecordBody, key: SymmetricKey) throws(HistoryError) -> [UInt8] {
        var writer = ByteWriter(capacity: Limits.usualRecord)
        header.write(to: &writer)
        let headerEnd = writer.bytes.count
        let nonce = Cipher.Nonce(place: header.sequence.littleEndian, salt: try cipher.randomWord())
        writer.fixed(UInt32(littleEndian: nonce.salt))
        body.write(to: &writer)
        var record = writer.take()
        // `withUnsafeBytes` rethrows, and not with a type.
        let result: Result<Void, HistoryError> = withUnsafeBytes(of: nonce) { place in
            Result { () throws(HistoryError) in
                try cipher.seal(&record, from: headerEnd + Self.saltBytes, key: key, nonce: nonce, first: place, second: 0..<headerEnd)
            }
        }
        try result.get()
        return record
    }

    /// Nil when anything is not as it was written.
    func open(_ record: [UInt8], headerEnd: Int, sequence: UInt64, key: SymmetricKey) -> [UInt8]? {
        let start = headerEnd + Self.saltBytes, end = record.count - Cipher.tagBytes
        guard start <= end else { return nil }
        let salt = record.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: headerEnd, as: UInt32.self) }
        let nonce = Cipher.Nonce(place: sequence.littleEndian, salt: salt)
        return withUnsafeBytes(of: nonce) {
            cipher.open(record, start..<end, key: key, nonce: nonce, first: $0, second: 0..<headerEnd)
        }
    }
}
