import Foundation
import Testing
import WaryHistory
import WarySignals
import WaryVocabulary

/// Scores of the hierarchical model against those of another implementation, through history itself.
@Suite(.enabled(if: SharedData.isThere))
struct GoldenModelTests {
    /// A sign-in of the golden file as an event; the file's labels join a family and its version.
    static func fields(_ event: [String: Any]) throws -> EventFields {
        let address = try #require(event["ip"] as? String), country = try #require(event["country"] as? String)
        let agent = try #require(event["ua"] as? String)
        let kind = try #require(AgentFacts.Kind(rawValue: event["device_type"] as? String ?? ""))
        let browser = split(try #require(event["browser"] as? String)), system = split(try #require(event["os"] as? String))
        var fields = EventFields(account: try #require(event["user"] as? String), ip: IPAddress(address), agent: agent)
        // ZZ stands for a country that nobody has been to; it is none, so another takes its place.
        fields.position.country = Country(country == "ZZ" ? "AQ" : country)
        fields.network.asn = (event["asn"] as? Int).flatMap(UInt32.init(exactly:))
        fields.agentFacts = AgentFacts(kind: kind, browser: browser.0, browserVersion: browser.1, os: system.0, osVersion: system.1)
        return fields
    }

    private static func split(_ label: String) -> (String, String) {
        var words = label.split(separator: " ")
        var version: [Substring] = []
        while words.count > 1, words.last?.first?.isNumber == true { version.insert(words.removeLast(), at: 0) }
        return (words.joined(separator: " "), version.joined(separator: " "))
    }

    @Test func hierarchicalPitmanYor() throws {
        let events = try #require((SharedData.json("golden/freeman-das-group.json") as? [String: Any])?["events"] as? [[String: Any]])
        let cases = try #require((SharedData.json("golden/llr-hpy.json") as? [String: Any])?["cases"] as? [[String: Any]])
        #expect(cases.count == 148)
        let past = Past()
        var taught = 0
        for golden in cases {
            let before = try #require(golden["before"] as? Int)
            while taught < before {
                let milliseconds = try #require(events[taught]["ts_ms"] as? Int64)
                try past.signIn(Self.fields(events[taught]), at: Instant(milliseconds: milliseconds))
                taught += 1
            }
            let fields = try Self.fields(try #require(golden["attempt"] as? [String: Any]))
            let terms = try #require(try past.unfamiliarity(fields, at: past.history.clock)).terms
            func sum(_ range: Range<Int>) -> Double { terms[range].reduce(0) { $0 + $1.value } }
            for (found, name) in [(sum(0..<4), "hpy_net"), (sum(4..<9), "hpy_dev"), (terms[9].value, "hpy_prior")] {
                let expected = try #require(golden[name] as? Double)
                #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(name) before \(before)")
            }
        }
    }
}

@Suite(.enabled(if: SharedData.isThere))
struct GoldenFreemanTests {
    @Test func freeman() throws {
        let golden = try #require(SharedData.json("golden/freeman-das-group.json") as? [String: Any])
        let events = try #require(golden["events"] as? [[String: Any]]), cases = try #require(golden["cases"] as? [[String: Any]])
        #expect(cases.count == 252)
        var model = FreemanModel()
        var taught = 0
        for golden in cases.sorted(by: { ($0["before"] as? Int ?? 0) < ($1["before"] as? Int ?? 0) }) {
            let before = try #require(golden["before"] as? Int)
            while taught < before {
                model.learn(try GoldenModelTests.fields(events[taught]))
                taught += 1
            }
            let fields = try GoldenModelTests.fields(try #require(golden["attempt"] as? [String: Any]))
            let names = try #require(golden["features"] as? [String])
            let features = Set(names.map { $0 == "ip" ? FreemanModel.Feature.address : .agent })
            let found = try #require(model.score(fields, features: features)), expected = try #require(golden["score"] as? Double)
            #expect(abs(found - expected) <= 1e-9 * expected, "before \(before)")
        }
    }
}
