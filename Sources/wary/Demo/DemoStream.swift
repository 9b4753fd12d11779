import Foundation
import WaryServer
import WarySimulation
import WaryVocabulary

/// Months of made-up sign-ins with labelled attacks, as files: to measure a model or try a policy on.
struct DemoStream {
    let seed: UInt64
    let people: Int
    let days: Int
    let attacks: Int

    /// Writes `events.ndjson`, `labels.csv` and the made-up world's databases into a folder, and says what to do with them.
    func write(to folder: String) throws {
        let stream = LabelledStream(seed: seed, people: people, days: days, attacksOfAKind: attacks)
        guard let first = stream.attempts.first?.at else { throw CommandFailure("so few people and days make no sign-in") }
        var files: [(name: String, bytes: Data)] = [("events.ndjson", Self.events(stream)), ("labels.csv", Self.labels(stream))]
        files += World().databases(built: first).map { ($0.name, Data($0.bytes)) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for file in files { try file.bytes.write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"), options: .atomic) }
        } catch {
            throw CommandFailure("\(folder): cannot be written")
        }
        let attacks = stream.attempts.count { $0.actor.isAttack }
        let positions = files.map(\.name).filter { $0.hasSuffix(".mmdb") }.map { "--positions \(folder)/\($0)" }
        print("""
            \(folder)/events.ndjson: \(stream.attempts.count) attempts of \(people) people in \(days) days, \(attacks) of them attacks
            \(folder)/labels.csv: which, and of what kind
            Next:
              wary import ndjson \(folder)/events.ndjson --data \(folder)/history \(positions.joined(separator: " "))
              wary evaluate --model hpy --data \(folder)/history --labels \(folder)/labels.csv --chart \(folder)/hpy.svg
              wary evaluate --model freeman --data \(folder)/history --labels \(folder)/labels.csv
            """)
    }

    /// What `wary import ndjson` takes. A stolen password that is right is reported as abandoned: the app asked for a factor,
    /// and that was the end of it.
    private static func events(_ stream: LabelledStream) -> Data {
        var data = Data()
        for attempt in stream.attempts {
            var writer = JSONWriter(capacity: 512)
            writer.object {
                attempt.writeMembers(to: &$0)
                let isRight = attempt.fields.credential == .valid
                $0.member("outcome", !isRight ? "failed" : attempt.actor.isAttack ? "abandoned" : "succeeded")
            }
            data.append(contentsOf: writer.bytes)
            data.append(UInt8(ascii: "\n"))
        }
        return data
    }

    private static func labels(_ stream: LabelledStream) -> Data {
        let lines = stream.attempts.filter(\.actor.isAttack).map { "\($0.fields.account),\($0.at),\($0.actor.rawValue)\n" }
        return Data(("account,at,kind\n" + lines.joined()).utf8)
    }
}
