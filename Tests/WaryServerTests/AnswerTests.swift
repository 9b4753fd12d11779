import Testing
import WaryEngine
import WaryLanguage
import WaryServer
import WaryVocabulary

@Suite("Answers on the wire")
struct AnswerTests {
    static let reason = Reason(rule: "impossible_travel", text: "Two sign-ins too far apart to have been travelled", score: 60,
                               because: [NamedText(name: "travel.speed", text: "29136 km/h"),
                                         NamedText(name: "travel.distance", text: "9712 km")])
    static let answer = DecisionAnswer(
        decisionID: "01JD0000000000000000000000", outcome: .stepUp, factors: [.totp, .sms], score: 60,
        explanation: Explanation(
            reasons: [reason],
            unknown: [UnknownRule(rule: "robot_typing", score: nil, missing: [NamedText(name: "typing", text: "not_sent")])]),
        explain: .fired, notify: ["user"], tags: [], policy: "customer_sign_in@3f9c21000000", isDegraded: false,
        tookMicroseconds: 14)

    @Test("A decision has the shape of the API's page")
    func example() {
        #expect(line(.decision(Self.answer), id: "r1") == """
            {"id":"r1","decision_id":"01JD0000000000000000000000","decision":"step_up","factors":["totp","sms"],"score":60,\
            "reasons":[{"rule":"impossible_travel","text":"Two sign-ins too far apart to have been travelled","score":60,\
            "because":{"travel.speed":"29136 km/h","travel.distance":"9712 km"}}],\
            "unknown":[{"rule":"robot_typing","missing":{"typing":"not_sent"}}],\
            "notify":["user"],"tags":[],"policy":"customer_sign_in@3f9c21000000","degraded":false,"took_us":14}

            """)
    }

    @Test("Factors come with step_up only; a what-if has no decision id; none leaves out reasons and unknown only")
    func variants() {
        var answer = Self.answer
        answer.outcome = .allow
        answer.decisionID = nil
        answer.explain = .none
        #expect(line(.decision(answer)) == """
            {"decision":"allow","score":60,"notify":["user"],"tags":[],"policy":"customer_sign_in@3f9c21000000",\
            "degraded":false,"took_us":14}

            """)
    }

    @Test("The rest is ok, a pong adds what is in force, an error has its code")
    func others() {
        #expect(line(.ok, id: "x") == "{\"id\":\"x\",\"ok\":true}\n")
        #expect(line(.pong(version: "1", policies: ["a@1", "b@2"]))
            == #"{"ok":true,"version":"1","policy":"a@1","policies":["a@1","b@2"]}"# + "\n")
        #expect(line(.failure(EngineFailure(.overloaded, "busy", retryAfterMilliseconds: 50)))
            == #"{"error":{"code":"overloaded","message":"busy","retry_after_ms":50}}"# + "\n")
    }

    @Test("A full explanation has every rule with state, values and contribution")
    func full() {
        var answer = Self.answer
        answer.explain = .full
        answer.explanation = Explanation(
            monitored: [Reason(rule: "m", text: "m", score: nil, because: [])],
            rules: [RuleExplanation(rule: "r", text: "R", state: .unknown, observations: [
                .init(name: "a", value: "3", isKnown: true, threshold: "> 2", holds: true),
                .init(name: "b", value: "not_sent", isKnown: false, threshold: nil, holds: nil),
            ], contribution: 5, effects: ["deny"])],
            milder: Counterfactual(outcome: "allow", changes: [.init(rule: "r", fires: false)]))
        let text = line(.decision(answer))
        #expect(text.contains(#""monitored":[{"rule":"m","text":"m","because":{}}]"#))
        #expect(text.contains(#""milder":{"decision":"allow","changes":[{"rule":"r","fires":false}]}"#))
        #expect(text.contains("""
            "rules":[{"rule":"r","text":"R","state":"unknown","contribution":5,"values":[\
            {"name":"a","value":"3","threshold":"> 2","holds":true},{"name":"b","missing":"not_sent"}],"effects":["deny"]}]
            """))
    }

    @Test("An answer too long for a line is cut and says so", arguments: [100, 310, 500, 3000])
    func truncated(_ rules: Int) throws {
        var answer = Self.answer
        answer.explain = .full
        answer.explanation.reasons = Array(repeating: Self.reason, count: rules)
        answer.explanation.rules = Array(repeating: RuleExplanation(
            rule: "r", text: "R", state: .fired, observations: [], contribution: 1, effects: []), count: rules)
        let text = line(.decision(answer), id: String(repeating: "\u{1}", count: 128))
        #expect(text.utf8.count <= 65_536)
        #expect(text.contains("\"truncated\":true") == (rules > 250))
        #expect(text.hasSuffix("\"took_us\":14}\n"))
        let bytes = Array(text.utf8.dropLast())
        let isObject = try bytes.withUnsafeBytes { bytes in
            try JSONParser().read(0..<bytes.count, of: bytes) { value, duplicate in value.kind == .object && duplicate == nil }
        }
        #expect(isObject)
        if rules > 250 { #expect(text.utf8.count > 60_000) }
    }

    private func line(_ reply: EngineReply, id: String? = nil) -> String {
        var writer = JSONWriter()
        AnswerEncoder.write(reply, id: id, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
