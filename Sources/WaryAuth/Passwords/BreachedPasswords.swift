import Crypto
import Foundation

/// Passwords known from breaches, in a local folder of ranges as the k-anonymity services give them: a file for the
/// first five hexadecimal digits of the SHA-1 (`21BD1` or `21BD1.txt`), in it a line for each of the rest, `SUFFIX:COUNT`.
/// Nothing leaves the machine.
public struct BreachedPasswords: Sendable {
    private let folder: String

    /// - Throws: `.unavailable` where there is no such folder.
    public init(folder: String) throws(AuthError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw .unavailable("the folder of breached passwords is not there; check passwords.breached")
        }
        self.folder = folder
    }

    /// A range that is missing says nothing: collections may be partial.
    func contains(_ password: String) -> Bool {
        let digest = TextForm.hexadecimal(Insecure.SHA1.hash(data: Array(password.utf8))).uppercased()
        let prefix = String(digest.prefix(5)), suffix = Array(digest.utf8.dropFirst(5))
        for name in [prefix, "\(prefix).txt"] {
            guard let range = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            return range.split(separator: UInt8(ascii: "\n")).contains { line in
                let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
                // A count of 0 is padding that services add to hide the size of a range.
                guard let first = parts.first, first.count == suffix.count else { return false }
                let count = parts.count > 1 ? parts[1].filter { $0 > 32 } : [UInt8(ascii: "1")]
                return zip(first, suffix).allSatisfy { $0 & 0xdf == $1 & 0xdf } && count.contains { $0 != UInt8(ascii: "0") }
            }
        }
        return false
    }
}
