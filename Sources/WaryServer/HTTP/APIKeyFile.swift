import Foundation
import TOMLKit
import WaryVocabulary

/// Reads the key file: a TOML table for each holder,
///
///     [shop]
///     hash = "sha256:…"             # or two while keys are exchanged: ["sha256:…", "sha256:…"]
///     scopes = ["decide", "report"]
///     tenants = ["eu"]              # optional
public enum APIKeyFile {
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        public var path: String
        public var message: String
        public var description: String { "\(path): \(message)" }
    }

    /// The file's keys. It holds hashes only, but whoever may write to it may let anybody in: group and others must not.
    public static func load(_ path: String) throws(Failure) -> APIKeys {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw Failure(path: path, message: String(cString: strerror(errno))) }
        guard facts.st_mode & 0o022 == 0 else {
            throw Failure(path: path, message: "group or others may write to it; chmod go-w it")
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self) else {
            throw Failure(path: path, message: "it cannot be read as UTF-8 text")
        }
        return try parse(text, path: path)
    }

    public static func parse(_ text: String, path: String) throws(Failure) -> APIKeys {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw Failure(path: path, message: "line \(error.source.begin.line): \(error.description)")
        } catch {
            throw Failure(path: path, message: "it is not TOML")
        }
        var keys: [APIKey] = []
        for name in table.keys.sorted() {
            guard let holder = table[name]?.table else {
                throw Failure(path: path, message: "\"\(name)\" should be a table: [\(name)]")
            }
            guard APIKey.isName(name) else {
                throw Failure(path: path, message: "[\(name)]: names are small letters, digits and -, at most \(ServerLimits.keyNameBytes)")
            }
            do throws(Complaint) {
                keys.append(try key(name, holder))
            } catch {
                throw Failure(path: path, message: "[\(name)]: \(error.text)")
            }
        }
        guard !keys.isEmpty else { throw Failure(path: path, message: "there is no key in it; make one with `wary key NAME`") }
        return APIKeys(keys)
    }

    private struct Complaint: Error { var text: String }

    private static func key(_ name: String, _ table: TOMLTable) throws(Complaint) -> APIKey {
        let known = ["hash", "scopes", "tenants"]
        if let unknown = table.keys.first(where: { !known.contains($0) }) {
            let hint = Nearest.name(to: unknown, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Complaint(text: "unknown key \"\(unknown)\"\(hint)")
        }
        let hashes = try texts(table["hash"], "hash")
        guard (1...ServerLimits.keysAtATime).contains(hashes.count) else {
            throw Complaint(text: "\"hash\" should be one hash, or \(ServerLimits.keysAtATime) while keys are exchanged")
        }
        var scopes: Set<HTTPScope> = []
        for text in try texts(table["scopes"], "scopes") {
            guard let scope = HTTPScope(rawValue: text) else {
                let names = HTTPScope.allCases.map(\.rawValue)
                let hint = Nearest.name(to: text, among: names).map { "; did you mean \"\($0)\"?" }
                throw Complaint(text: "unknown scope \"\(text)\"" + (hint ?? "; known are \(names.joined(separator: ", "))"))
            }
            scopes.insert(scope)
        }
        guard !scopes.isEmpty else { throw Complaint(text: "\"scopes\" should name what the key may do") }
        let tenants = table["tenants"] == nil ? nil : Set(try texts(table["tenants"], "tenants"))
        return APIKey(name: name, hashes: try hashes.map { (text) throws(Complaint) in try hash(text) }, scopes: scopes,
                      tenants: tenants)
    }

    /// A text, or a list of texts.
    private static func texts(_ value: (any TOMLValueConvertible)?, _ name: String) throws(Complaint) -> [String] {
        if let text = value?.string { return [text] }
        guard let list = value?.array else { throw Complaint(text: "\"\(name)\" should be a text or a list of texts") }
        var texts: [String] = []
        for element in list {
            guard let text = element.string else { throw Complaint(text: "\"\(name)\" should hold texts only") }
            texts.append(text)
        }
        return texts
    }

    private static func hash(_ text: String) throws(Complaint) -> [UInt8] {
        let prefix = "sha256:"
        let digits = Array(text.dropFirst(prefix.count).utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        guard text.hasPrefix(prefix), digits.count == 64, bytes.count == 32 else {
            throw Complaint(text: "a hash is \"sha256:\" and 64 hexadecimal digits, as `wary key NAME` prints it")
        }
        return bytes
    }
}
