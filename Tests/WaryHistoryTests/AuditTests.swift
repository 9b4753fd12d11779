import Crypto
import Foundation
import Testing
import WaryHistory
import WaryVocabulary

/// The audit log's public formats, checked by code that knows nothing of how they were made.
@Suite struct AuditTests {
    @Test(arguments: [1, 2, 3, 255, 256, 257, 700]) func theRootIsThatOfRFC6962(records: Int) throws {
        let world = try World()
        for _ in 0..<records { try world.history.recordEvent(.passwordChanged, world.alice(), at: world.now) }
        try world.history.commit()
        var files: [String: [UInt8]] = [:]
        try world.history.auditLog(origin: "example.com/wary").files { files[$0] = $1 }
        var leaves: [[UInt8]] = []
        for start in stride(from: 0, to: records, by: 256) {
            let count = min(256, records - start)
            let path = "tile/entries/00\(start / 256)" + (count < 256 ? ".p/\(count)" : "")
            let bundle = try #require(files[path], "\(path)")
            var place = 0
            while place < bundle.count {
                let length = Int(bundle[place]) << 8 | Int(bundle[place + 1])
                leaves.append(Array(SHA256.hash(data: [0] + bundle[(place + 2)..<(place + 2 + length)])))
                place += 2 + length
            }
        }
        #expect(leaves.count == records)
        let checkpoint = String(decoding: try #require(files["checkpoint"]), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(checkpoint[0] == "example.com/wary")
        #expect(checkpoint[1] == "\(records)")
        #expect(checkpoint[2] == Data(Self.root(leaves[...])).base64EncodedString()[...])
    }

    @Test func aVerifierAcceptsTheSignature() throws {
        let world = try World()
        try world.decide(world.alice())
        try world.history.commit()
        let log = try world.history.auditLog(origin: "example.com/wary")
        let parts = log.verifierKey.split(separator: "+", maxSplits: 2)
        let key = try #require(Data(base64Encoded: String(parts[2])))
        let note = try log.checkpoint()
        let cut = try #require(note.range(of: "\n\n"))
        let text = note[..<note.index(after: cut.lowerBound)]
        let signature = try #require(note[cut.upperBound...].split(separator: " ").last.flatMap { Data(base64Encoded: $0.trimmingCharacters(in: .newlines)) })
        #expect(signature.prefix(4).map { String($0, radix: 16).count == 1 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined() == parts[1])
        let signing = try Curve25519.Signing.PublicKey(rawRepresentation: key.dropFirst())
        #expect(signing.isValidSignature(signature.dropFirst(4), for: Data(text.utf8)))
    }

    @Test func erasureBreaksNoProof() throws {
        let world = try World()
        try world.report(world.decide(world.alice()), .succeeded)
        try world.history.commit()
        let before = try world.history.auditLog(origin: "o").checkpoint()
        _ = try world.history.erase(account: "alice", at: world.now)
        #expect(try world.history.auditLog(origin: "o").checkpoint().split(separator: "\n")[2] == before.split(separator: "\n")[2])
    }

    /// RFC 6962, section 2.1, as it stands there.
    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves.first ?? [] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Array(SHA256.hash(data: [1] + root(leaves[..<middle]) + root(leaves[middle...])))
    }
}
