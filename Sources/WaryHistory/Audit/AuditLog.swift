import Crypto
import Foundation
import WaryVocabulary

/// The journal as a transparency log in the public C2SP formats: tlog-tiles, signed-note checkpoints with Ed25519, RFC 6962
/// hashing. A leaf is a record's clear header with the SHA-256 of its sealed part: pseudonyms only, so that it can be
/// handed to an auditor, and erasing an account breaks no proof.
public struct AuditLog: Sendable {
    /// The name in front of checkpoints, without a scheme: `example.com/wary`.
    public let origin: String
    private let key: Curve25519.Signing.PrivateKey
    private var tiles = MerkleTiles()
    private var bundle: [UInt8] = []
    private var bundles: [[UInt8]] = []

    init(origin: String, key: Curve25519.Signing.PrivateKey) {
        self.origin = origin
        self.key = key
    }

    /// How many records it holds.
    public var size: UInt64 { tiles.size }

    mutating func append(_ entry: [UInt8]) {
        tiles.append(.leaf(entry))
        bundle.append(UInt8(truncatingIfNeeded: entry.count >> 8))
        bundle.append(UInt8(truncatingIfNeeded: entry.count))
        bundle += entry
        if tiles.size % UInt64(MerkleTiles.width) == 0 {
            bundles.append(bundle)
            bundle = []
        }
    }

    /// What an auditor checks signatures with (signed-note): `name+key id+base64(0x01 ‖ public key)`.
    public var verifierKey: String {
        let id = keyID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(origin)+\(id)+\(Data([1] + key.publicKey.rawRepresentation).base64EncodedString())"
    }

    /// The signed statement of size and root.
    public func checkpoint() throws(HistoryError) -> String {
        let text = "\(origin)\n\(size)\n\(Data(tiles.root.bytes).base64EncodedString())\n"
        guard let signature = try? key.signature(for: Data(text.utf8)) else { throw .invalid("the checkpoint could not be signed") }
        return "\(text)\n— \(origin) \(Data(keyID + signature).base64EncodedString())\n"
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key).
    private var keyID: [UInt8] {
        Array(SHA256.hash(data: Array(origin.utf8) + [10, 1] + key.publicKey.rawRepresentation).prefix(4))
    }

    /// The files that a log serves: `checkpoint`, `tile/L/N[.p/W]`, `tile/entries/N[.p/W]`, each with its path.
    public func files() throws(HistoryError) -> [(path: String, bytes: [UInt8])] {
        var files: [(path: String, bytes: [UInt8])] = [("checkpoint", Array(try checkpoint().utf8))]
        for (level, hashes) in tiles.levels.enumerated() {
            for start in stride(from: 0, to: hashes.count, by: MerkleTiles.width) {
                let tile = hashes[start..<min(start + MerkleTiles.width, hashes.count)]
                files.append((Self.path("\(level)", start / MerkleTiles.width, tile.count), tile.flatMap(\.bytes)))
            }
        }
        for (index, bundle) in bundles.enumerated() { files.append((Self.path("entries", index, MerkleTiles.width), bundle)) }
        if !bundle.isEmpty { files.append((Self.path("entries", bundles.count, Int(size % 256)), bundle)) }
        return files
    }

    /// Three digits a folder, all but the last with an x in front; a partial tile's width at the end.
    private static func path(_ level: String, _ index: Int, _ width: Int) -> String {
        var parts: [String] = [], rest = index
        repeat {
            let digits = String(rest % 1000)
            parts.insert(String(repeating: "0", count: 3 - digits.count) + digits, at: 0)
            rest /= 1000
        } while rest > 0
        let number = parts.enumerated().map { $0.offset < parts.count - 1 ? "x\($0.element)" : $0.element }.joined(separator: "/")
        return "tile/\(level)/\(number)" + (width < MerkleTiles.width ? ".p/\(width)" : "")
    }
}

extension History {
    /// The log over every record held, whose root changes with any edit, removal or reordering. Reads the whole journal.
    public func auditLog(origin: String) throws(HistoryError) -> AuditLog {
        let seed = key.derived("audit log").withUnsafeBytes { Data($0) }
        guard let signing = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .invalid("no key to sign with") }
        var log = AuditLog(origin: origin, key: signing)
        try journal.scan(from: 1) { sequence, bytes throws(HistoryError) in
            log.append(try Self.auditEntry(sequence, bytes))
            return true
        }
        return log
    }

    /// Sequence, clear header, SHA-256 of the rest.
    static func auditEntry(_ sequence: UInt64, _ bytes: [UInt8]) throws(HistoryError) -> [UInt8] {
        let end = try Journal.header(bytes, sequence).end
        return NumberKey.bytes(sequence) + bytes[..<end] + Array(SHA256.hash(data: bytes[end...]))
    }
}
