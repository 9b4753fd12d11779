import Foundation
import TOMLKit
import WaryVocabulary

/// Something wrong with the configuration: where, what, and how to mend it.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `wary.toml:3`, `--data`, `WARY_DATA`, or empty.
    public var place: String
    public var message: String
    public var description: String { place.isEmpty ? message : "\(place): \(message)" }

    public init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }
}

/// Collects the configuration: the file, then the environment, then flags; what comes later wins.
public struct ConfigurationReader {
    private(set) var values: [ConfigurationKey: ConfigurationValue] = [:]

    public init() {}

    /// Reads a file; relative paths in it start at its folder.
    public mutating func read(file path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(path, "the file cannot be read")
        }
        guard data.count <= ServerLimits.configurationBytes, let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(path, "the file is no UTF-8 text of at most \(ServerLimits.configurationBytes) bytes")
        }
        let folder = (path as NSString).deletingLastPathComponent
        try read(toml: text, named: path, folder: folder)
    }

    /// Reads a text in TOML.
    public mutating func read(toml text: String, named name: String, folder: String? = nil) throws(ConfigurationError) {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError("\(name):\(error.source.begin.line):\(error.source.begin.column)", error.description)
        } catch {
            throw ConfigurationError(name, "not TOML")
        }
        try read(table, section: "", in: text, named: name, folder: folder)
    }

    private mutating func read(_ table: TOMLTable, section: String, in text: String, named name: String, folder: String?) throws(ConfigurationError) {
        for key in table.keys.sorted() {
            let full = section + key
            if let inner = table[key]?.table, ConfigurationKey.allCases.contains(where: { $0.rawValue.hasPrefix(full + ".") }) {
                try read(inner, section: full + ".", in: text, named: name, folder: folder)
                continue
            }
            let place = Self.place(of: key, section: section, in: text, name)
            guard let known = ConfigurationKey(rawValue: full) else { throw Self.unknown(full, place) }
            do throws(ConfigurationValue.Mismatch) {
                values[known] = try ConfigurationValue(Self.raw(table, key), for: known, folder: folder)
            } catch {
                throw ConfigurationError(place, "\(full) must be \(error.wanted)")
            }
        }
    }

    /// Reads the `WARY_*` variables. Lists are separated by commas. `WARY_KEY` is the key's own, `WARY_CONFIG` names the file.
    public mutating func read(environment: [String: String]) throws(ConfigurationError) {
        for key in ConfigurationKey.allCases {
            guard let text = environment[key.variable], !text.isEmpty else { continue }
            let texts: [String] = switch key.kind {
            case .texts, .paths: text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            default: [text]
            }
            try set(key, texts, place: key.variable)
        }
    }

    /// Takes the flags that were given.
    public mutating func read(flags: [ConfigurationKey: [String]]) throws(ConfigurationError) {
        for key in ConfigurationKey.allCases {
            if let texts = flags[key], !texts.isEmpty { try set(key, texts, place: "--\(key.flag)") }
        }
    }

    private mutating func set(_ key: ConfigurationKey, _ texts: [String], place: String) throws(ConfigurationError) {
        do throws(ConfigurationValue.Mismatch) {
            values[key] = try ConfigurationValue(texts, for: key)
        } catch {
            throw ConfigurationError(place, "must be \(error.wanted)")
        }
    }

    private static func unknown(_ key: String, _ place: String) -> ConfigurationError {
        let names = ConfigurationKey.allCases.map(\.rawValue)
        let hint = Nearest.name(to: key, among: names).map { "; did you mean \"\($0)\"?" }
        return ConfigurationError(place, "unknown key \"\(key)\"" + (hint ?? "; known are \(names.joined(separator: ", "))"))
    }

    private static func raw(_ table: TOMLTable, _ key: String) -> ConfigurationValue.Raw {
        guard let value = table[key] else { return .other("") }
        switch value.type {
        case .string: return .text(value.string ?? "")
        case .bool: return .bool(value.bool ?? false)
        case .int: return .integer(Int64(value.int ?? 0))
        case .array:
            let elements = value.array.map { array in (0..<array.count).map { array[$0].string } } ?? []
            let texts = elements.compactMap(\.self)
            return texts.count == elements.count ? .texts(texts) : .other("array")
        default: return .other("")
        }
    }

    /// The line where a key is set: TOMLKit does not say.
    private static func place(of key: String, section: String, in text: String, _ name: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = section.isEmpty ? nil : lines.firstIndex { $0.hasPrefix("[\(section.dropLast())]") }
        let line = lines.indices.dropFirst(start ?? 0).first { index in
            let trimmed = lines[index].drop { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "\"" }
            guard trimmed.hasPrefix(key) else { return false }
            guard let next = trimmed.dropFirst(key.count).first else { return true }
            return !(next.isLetter || next.isNumber || next == "_" || next == "-")
        }
        return line.map { "\(name):\($0 + 1)" } ?? name
    }
}
