import Foundation
import WaryLanguage
import WaryServer

/// Turns what the user gave into lines of the decision socket: one object over several lines becomes one, and what flags
/// say is added.
struct RequestInput {
    let whatIf: Bool
    let explain: ExplanationLevel?

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
        let separator = keys.isEmpty || added.isEmpty ? "" : ","
        line.insert(contentsOf: (added.joined(separator: ",") + separator).utf8, at: brace + 1)
        return line
    }
}
