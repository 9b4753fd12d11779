import Crypto

/// Encrypts a record's body and vouches for the whole record: AES-256-GCM under the account's key, with the record's
/// place and clear header as additional data. After the header come four random bytes, which with the place make the
/// nonce (a place may be written twice when a commit fails), the ciphertext and the tag.
enum Seal {
    private static let saltBytes = 4
    private static let tagBytes = 16

    static func seal(_ plain: [UInt8], header: [UInt8], sequence: UInt64, key: SymmetricKey) throws(HistoryError) -> [UInt8] {
        let salt = UInt32.random(in: .min ... .max)
        var place = ByteWriter()
        place.fixed(sequence)
        place.fixed(salt)
        let nonceBytes = place.bytes
        do {
            let nonce = try AES.GCM.Nonce(data: nonceBytes)
            let box = try AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: nonceBytes + header)
            var record = header
            record.reserveCapacity(header.count + saltBytes + plain.count + tagBytes)
            record.append(contentsOf: nonceBytes.suffix(saltBytes))
            record.append(contentsOf: box.ciphertext)
            record.append(contentsOf: box.tag)
            return record
        } catch { throw .invalid("a record could not be encrypted") }
    }

    /// Nil when anything is not as it was written.
    static func open(_ record: [UInt8], headerEnd: Int, sequence: UInt64, key: SymmetricKey) -> [UInt8]? {
        let start = headerEnd + saltBytes, end = record.count - tagBytes
        guard start <= end else { return nil }
        var place = ByteWriter()
        place.fixed(sequence)
        let nonceBytes = place.bytes + record[headerEnd..<start]
        guard let nonce = try? AES.GCM.Nonce(data: nonceBytes),
              let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: record[start..<end], tag: record[end...]),
              let plain = try? AES.GCM.open(box, using: key, authenticating: nonceBytes + record[..<headerEnd])
        else { return nil }
        return Array(plain)
    }
}
