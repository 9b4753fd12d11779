import Foundation
import WarySignals
import WaryVocabulary

/// Which attempts were attacks, by their decision's id, or by account and instant.
struct AttackLabels {
    private var byDecision: [String: String] = [:]
    private var byAttempt: [Attempt: String] = [:]

    private struct Attempt: Hashable {
        var account: String
        var at: Instant
    }

    /// Kinds that are no attacks.
    private static let harmless: Set = ["", "legitimate", "legit", "good", "owner", "none", "benign"]

    /// The attack an attempt was part of, or nil.
    func kind(of attempt: ScoredAttempt) -> String? {
        attempt.decision.flatMap { byDecision[$0.description] } ?? byAttempt[Attempt(account: attempt.account, at: attempt.at)]
    }

    init(file path: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw CommandFailure("\(path): cannot be read as UTF-8 text")
        }
        let isJSON = text.first { !$0.isWhitespace } == "{"
        var heading: [String] = []
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { continue }
            if isJSON {
                guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    throw CommandFailure("\(path):\(number): not a JSON object")
                }
                try add(object.compactMapValues { $0 as? String }, "\(path):\(number)")
            } else {
                let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
                if heading.isEmpty { heading = cells; continue }
                try add(Dictionary(zip(heading, cells)) { first, _ in first }, "\(path):\(number)")
            }
        }
    }

    private mutating func add(_ line: [String: String], _ place: String) throws {
        guard let kind = line["kind"] ?? line["label"] else { throw CommandFailure("\(place): no kind; say which attack it was part of") }
        if Self.harmless.contains(kind.lowercased()) { return }
        if let id = line["decision_id"], !id.isEmpty {
            byDecision[id.uppercased()] = kind
        } else if let account = line["account"], let at = line["at"].flatMap({ Instant($0) }) {
            byAttempt[Attempt(account: account, at: at)] = kind
        } else {
            throw CommandFailure("\(place): neither decision_id, nor account and at (RFC 3339)")
        }
    }
}
