import Crypto
import Foundation
import WaryVocabulary

/// A key that a program shows over TCP: `wary_NAME_SECRET`. Only a hash of it is kept; the secret has 256 bits of its
/// own, so a plain SHA-256 is as good as a slow hash and costs a request nothing.
public struct APIKey: Sendable, Hashable {
    /// Who shows it: the key's public half, safe in a log line.
    public var name: String
    /// SHA-256 of the whole key; while keys are exchanged, of the old and the new one.
    public var hashes: [[UInt8]]
    public var scopes: Set<HTTPScope>
    /// The tenants it is limited to; nil where it is not.
    public var tenants: Set<String>?

    public init(name: String, hashes: [[UInt8]], scopes: Set<HTTPScope>, tenants: Set<String>? = nil) {
        self.name = name
        self.hashes = hashes
        self.scopes = scopes
        self.tenants = tenants
    }

    /// Makes a new key: the text to hand out, shown once, and the hash to keep.
    public static func make(name: String) -> (key: String, hash: String) {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = Data(secret).base64EncodedString().replacing("+", with: "-").replacing("/", with: ".").replacing("=", with: "")
        let key = "wary_\(name)_\(text)"
        return (key, "sha256:" + hash(of: key).map { hexadecimal($0) }.joined())
    }

    static func hash(of key: String) -> [UInt8] { Array(SHA256.hash(data: Data(key.utf8))) }

    private static func hexadecimal(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }

    /// Names are small letters, digits and `-`, so that the key's parts can be told apart.
    public static func isName(_ text: some StringProtocol) -> Bool {
        (1...ServerLimits.keyNameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}

/// The keys that are valid.
public struct APIKeys: Sendable {
    private let byName: [String: APIKey]

    public init(_ keys: [APIKey]) { byName = Dictionary(keys.map { ($0.name, $0) }) { first, _ in first } }

    public var isEmpty: Bool { byName.isEmpty }

    /// Whose key this is; nil where it is nobody's. Takes the same time for a wrong secret as for a wrong name.
    public func holder(of key: String) -> APIKey? {
        let parts = key.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        let named = parts.count == 3 && parts[0] == "wary" ? byName[String(parts[1])] : nil
        let hash = APIKey.hash(of: key)
        var isRight: UInt8 = 0
        for index in 0..<ServerLimits.keysAtATime {
            let known = named.map { $0.hashes.indices.contains(index) ? $0.hashes[index] : Self.nothing } ?? Self.nothing
            isRight |= Self.areEqual(hash, known) ? 1 : 0
        }
        return isRight == 1 ? named : nil
    }

    /// No key's hash: as long as one, so that comparing takes as long.
    private static let nothing = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// Looks at every byte, whatever the first ones are.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for (x, y) in zip(a, b) { difference |= x ^ y }
        return difference == 0
    }
}
