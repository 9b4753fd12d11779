import Foundation

/// A value that has been checked against its key's kind.
enum ConfigurationValue: Hashable, Sendable {
    case text(String)
    case texts([String])
    case bool(Bool)
    /// A number, milliseconds or bytes.
    case integer(Int64)
    /// Nil for `commit`, else milliseconds.
    case durability(Int64?)

    /// What came from a file: TOML's own types.
    enum Raw {
        case text(String)
        case texts([String])
        case bool(Bool)
        case integer(Int64)
        case other(String)
    }

    /// Why a value does not suit its key: what is wanted.
    struct Mismatch: Error { let wanted: String }

    /// Checks a file's value. `folder` is where relative paths start; nil for the working folder.
    init(_ raw: Raw, for key: ConfigurationKey, folder: String?) throws(Mismatch) {
        switch (key.kind, raw) {
        case (.text, .text(let text)), (.choice, .text(let text)), (.mode, .text(let text)), (.duration, .text(let text)),
             (.size, .text(let text)), (.durability, .text(let text)):
            try self.init(text, for: key)
        case (.path, .text(let path)): self = .text(Self.path(path, in: folder))
        case (.paths, .text(let path)): self = .texts([Self.path(path, in: folder)])
        case (.paths, .texts(let paths)): self = .texts(paths.map { Self.path($0, in: folder) })
        case (.texts, .text(let text)): self = .texts([text])
        case (.texts, .texts(let texts)): self = .texts(texts)
        case (.bool, .bool(let value)): self = .bool(value)
        case (.integer(let range), .integer(let value)) where range.contains(value): self = .integer(value)
        default: throw Mismatch(wanted: Self.wanted(key.kind))
        }
    }

    /// Checks the texts of flags or of a variable.
    init(_ texts: [String], for key: ConfigurationKey) throws(Mismatch) {
        switch key.kind {
        case .texts, .paths: self = .texts(texts)
        default:
            guard let text = texts.last else { throw Mismatch(wanted: Self.wanted(key.kind)) }
            try self.init(text, for: key)
        }
    }

    private init(_ text: String, for key: ConfigurationKey) throws(Mismatch) {
        let value: ConfigurationValue? = switch key.kind {
        case .text: .text(text)
        case .path: text.isEmpty ? nil : .text(text)
        case .texts, .paths: .texts([text])
        case .bool: ["true": true, "false": false][text].map(ConfigurationValue.bool)
        case .integer(let range): Int64(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .duration(let range): Self.duration(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .size(let range): Self.size(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .choice(let choices): choices.contains(text) ? .text(text) : nil
        case .durability: Self.durability(text)
        case .mode: text.count <= 4 ? Int64(text, radix: 8).flatMap { $0 <= 0o777 ? .integer($0) : nil } : nil
        }
        guard let value else { throw Mismatch(wanted: Self.wanted(key.kind)) }
        self = value
    }

    private static func wanted(_ kind: ConfigurationKey.Kind) -> String {
        switch kind {
        case .text: "a text"
        case .path: "a path"
        case .texts: "a list of texts"
        case .paths: "a list of paths"
        case .bool: "true or false"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let range):
            "a duration such as \"30d\" (units ms, s, m, h, d), from \(range.lowerBound / 1000)s to \(range.upperBound / 86_400_000)d"
        case .size: "a size such as \"256MB\" (units KB, MB, GB), at least 1MB"
        case .choice(let choices): choices.map { "\"\($0)\"" }.joined(separator: " or ")
        case .durability: "\"commit\", or \"interval\" with 1ms to 10s: \"interval 50ms\""
        case .mode: "permissions in octal such as \"0660\""
        }
    }

    private static func durability(_ text: String) -> ConfigurationValue? {
        if text == "commit" { return .durability(nil) }
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0] == "interval", let time = duration(String(parts[1])), (1...10_000).contains(time)
        else { return nil }
        return .durability(time)
    }

    /// A day or more, in milliseconds.
    static func retention(_ text: String) -> Int64? {
        duration(text).flatMap { (86_400_000...36_500 * 86_400_000).contains($0) ? $0 : nil }
    }

    private static func duration(_ text: String) -> Int64? {
        quantity(text, [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)])
    }

    private static func size(_ text: String) -> Int64? {
        quantity(text, [("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)])
    }

    /// A whole number and a unit, a blank between them or not.
    private static func quantity(_ text: String, _ units: [(String, Int64)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    private static func path(_ path: String, in folder: String?) -> String {
        guard let folder, !folder.isEmpty, !path.hasPrefix("/") else { return path }
        return folder + "/" + path
    }
}
