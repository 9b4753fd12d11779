import Foundation
import WaryLanguage
import WaryServer
import WaryVocabulary

/// Turns what the user gave into lines of the decision socket: one object over several lines becomes one, and what flags
/// say is added.
struct RequestInput {
    let whatIf: Bool
    let explain: ExplanationLevel?
    var at: String?
    /// `name=value`.
    var signals: [String] = []

    func lines(of data: Data) throws -> [[UInt8]] {
        let bytes = Array(data)
        if let whole = try? completed(bytes) { return [whole] }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 <= 0x20 } }
        guard !lines.isEmpty else { throw CommandFailure("there is no request: give a JSON object", code: Exit.usage) }
        // A line that is no JSON goes through as it is: the answer says what is wrong with it.
        return lines.map { (try? completed(Array($0))) ?? Array($0) }
    }

    /// One object on one line, with the members that flags stand for where it has none of its own.
    private func completed(_ bytes: [UInt8]) throws -> [UInt8] {
        // A line break stands only between tokens: JSON's texts cannot hold one.
        var line = bytes.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        let keys = try line.withUnsafeBytes { text in
            try JSONParser().read(0..<text.count, of: text) { value, _ in
                value.kind == .object ? Set(value.members.map(\.key.string)) : nil
            }
        }
        guard let keys, let brace = line.firstIndex(of: UInt8(ascii: "{")) else { return line }
        var added: [String] = []
        if !keys.contains("op") { added.append(#""op":"decide""#) }
        if whatIf, !keys.contains("what_if") { added.append(#""what_if":true"#) }
        if let explain, !keys.contains("explain") { added.append(#""explain":"\#(explain.rawValue)""#) }
        if let at, !keys.contains("at") { added.append(#""at":"\#(at)""#) }
        if !signals.isEmpty, !keys.contains("signals") { added.append(#""signals":{"# + signals.map(Self.member).joined(separator: ",") + "}") }
        let separator = keys.isEmpty || added.isEmpty ? "" : ","
        line.insert(contentsOf: (added.joined(separator: ",") + separator).utf8, at: brace + 1)
        return line
    }

    /// A signal's member: what is no text there is written as it is, all else as JSON's text.
    private static func member(_ text: String) -> String {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0], value = parts.count > 1 ? parts[1] : ""
        let isBare: Bool = switch SignalCatalogue.entry(named: name)?.type {
        case .bool?: value == "true" || value == "false"
        case .int?, .decimal?: Double(value) != nil
        case .set?, .point?: value.hasPrefix("[")
        default: false
        }
        var writer = JSONWriter(capacity: 64)
        writer.text(name)
        let key = String(decoding: writer.bytes, as: UTF8.self)
        var other = JSONWriter(capacity: 64)
        other.text(value)
        return "\(key):" + (isBare ? value : String(decoding: other.bytes, as: UTF8.self))
    }
}
