import Crypto
import Foundation

/// What vouches for the log: a keyed tag over its head, and Ed25519 signatures over its checkpoints.
struct LogSeal: Sendable {
    private let hasher: KeyHasher
    private let key: InstallationKey
    /// The name in front of checkpoints; nil stands for one made of the signing key.
    private let name: String?

    /// - Parameter key: the folder's root key.
    init(_ key: InstallationKey, origin: String? = nil) {
        self.key = key
        hasher = KeyHasher(key)
        name = origin
    }

    /// 16 bytes of HMAC-SHA-256.
    func tag(_ bytes: [UInt8]) -> [UInt8] { NumberKey.bytes(hasher.hash(Array("log head ".utf8) + bytes)) }

    func signer(origin: String? = nil) throws(HistoryError) -> LogSigner {
        let seed = key.derived("audit log").withUnsafeBytes { Data($0) }
        guard let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .invalid("no key to sign with") }
        return LogSigner(origin: origin ?? name, key: signing)
    }
}

/// Signs and reads checkpoints (C2SP tlog-checkpoint, signed-note).
struct LogSigner: Sendable {
    let origin: String
    private let key: Curve25519.Signing.PrivateKey

    init(origin: String?, key: Curve25519.Signing.PrivateKey) {
        self.key = key
        self.origin = origin ?? "wary-" + History.hex(SHA256.hash(data: key.publicKey.rawRepresentation).prefix(6))
    }

    /// What an auditor checks signatures with (signed-note): `name+key id+base64(0x01 ‖ public key)`.
    var verifierKey: String {
        "\(origin)+\(History.hex(keyID(origin)))+\(Data([1] + key.publicKey.rawRepresentation).base64EncodedString())"
    }

    /// The signed statement of size and root.
    func checkpoint(_ size: UInt64, _ root: MerkleHash) throws(HistoryError) -> String {
        let text = "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n"
        guard let signature = try? key.signature(for: Data(text.utf8)) else { throw .invalid("the checkpoint could not be signed") }
        return "\(text)\n— \(origin) \(Data(keyID(origin) + signature).base64EncodedString())\n"
    }

    /// The size and root that a checkpoint of this log's states, whatever its origin's name; nil for one that this
    /// installation did not sign.
    func read(_ note: String) -> (size: UInt64, root: MerkleHash)? {
        guard let cut = note.range(of: "\n\n") else { return nil }
        let text = String(note[..<note.index(after: cut.lowerBound)])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let size = UInt64(lines[1]), let root = Data(base64Encoded: String(lines[2])),
              root.count == MerkleHash.byteCount
        else { return nil }
        let origin = String(lines[0])
        for line in note[cut.upperBound...].split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "—", words[1] == origin, let bytes = Data(base64Encoded: String(words[2])),
                  Array(bytes.prefix(4)) == keyID(origin), key.publicKey.isValidSignature(bytes.dropFirst(4), for: Data(text.utf8))
            else { continue }
            return (size, MerkleHash(bytes: Array(root)))
        }
        return nil
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key).
    private func keyID(_ origin: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(origin.utf8) + [10, 1] + key.publicKey.rawRepresentation).prefix(4))
    }
}
