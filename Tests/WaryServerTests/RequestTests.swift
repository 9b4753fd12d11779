import Testing
import WaryEngine
import WaryServer
import WaryVocabulary

/// SMALL_PRINT A5–A10, A16, A17.
@Suite("Requests on the wire")
struct RequestTests {
    @Test("The request of the API's page is read field by field")
    func example() throws {
        let request = try decode("""
            {"op":"decide","id":"r1","event":"login","account":"alice","ip":"203.0.113.7","credential":"valid",\
            "device":"d-81f2","user_agent":"Mozilla/5.0 …","method":"password","app":"web","factors":["totp","sms"],\
            "inputs":{"cart_value":120.5,"n":3,"ok":true,"who":"x","none":null,"list":["a",1]},"explain":"full",\
            "channel":"phone","tenant":"t1","credential_tag":"fp","credential_breached":true,"what_if":true}
            """)
        #expect(request.id == "r1")
        guard case .decide(let decide) = try request.body.get() else { return #expect(Bool(false)) }
        let fields = decide.fields
        #expect(decide.event == .login)
        #expect(decide.explain == .full)
        #expect(decide.isWhatIf)
        #expect(decide.at == nil)
        #expect(fields.account == "alice")
        #expect(fields.ip == IPAddress("203.0.113.7"))
        #expect(fields.credential == .valid)
        #expect(fields.device == "d-81f2")
        #expect(fields.agent == "Mozilla/5.0 …")
        #expect(fields.method == "password")
        #expect(fields.app == "web")
        #expect(fields.channel == "phone")
        #expect(fields.tenant == "t1")
        #expect(fields.credentialTag == "fp")
        #expect(fields.credentialBreached == true)
        #expect(fields.factors == FactorSet([.totp, .sms]))
        #expect(fields.inputs == ["cart_value": .decimal(120.5), "n": .int(3), "ok": .bool(true), "who": .text("x"),
                                  "list": .set([.text("a"), .int(1)])])
    }

    @Test("What is left out has its default, and null says the same")
    func defaults() throws {
        for extra in ["", #","event":null,"credential":null,"device":null,"factors":null,"inputs":null,"id":null,"at":null"#] {
            let request = try decode(#"{"op":"decide","account":"a","ip":"::1"\#(extra)}"#)
            #expect(request.id == nil)
            guard case .decide(let decide) = try request.body.get() else { return #expect(Bool(false)) }
            #expect(decide.event == .login)
            #expect(decide.explain == .fired)
            #expect(!decide.isWhatIf)
            #expect(decide.fields == EventFields(account: "a", ip: IPAddress("::1")))
        }
    }

    @Test("Reports, labels, events and pings")
    func others() throws {
        let id = "01JD0000000000000000000000"
        guard case .report(let report) = try decode(
            #"{"op":"report","decision_id":"\#(id)","outcome":"challenge_failed","factor":"totp","attempt":2,"at":"2026-01-01T12:00Z"}"#
        ).body.get() else { return #expect(Bool(false)) }
        #expect(report.decisionID == id)
        #expect(report.outcome == .challengeFailed)
        #expect(report.factor == .totp)
        #expect(report.attempt == 2)
        #expect(report.at == Instant("2026-01-01T12:00:00Z"))
        guard case .label(let label) = try decode(#"{"op":"label","decision_id":"\#(id)","label":"fraud"}"#).body.get()
        else { return #expect(Bool(false)) }
        #expect(label.label == .fraud)
        guard case .event(let event) = try decode(
            #"{"op":"event","event":"password.changed","account":"a","ip":"10.0.0.1","device":"d","inputs":{"x":1}}"#
        ).body.get() else { return #expect(Bool(false)) }
        #expect(event.kind == .passwordChanged)
        #expect(event.fields == EventFields(account: "a", ip: IPAddress("10.0.0.1"), device: "d", inputs: ["x": .int(1)]))
        guard case .ping = try decode(#"{"op":"ping","id":""}"#).body.get() else { return #expect(Bool(false)) }
    }

    static let base = #""op":"decide","account":"a","ip":"192.0.2.1""#

    @Test("A wrong request says what is wrong, by the field's name", arguments: [
        (#"[1]"#, "one JSON object"),
        (#"{"opp":"decide"}"#, #"unknown field "opp"; did you mean "op"?"#),
        (#"{}"#, #""op" is required"#),
        (#"{"op":7}"#, #""op" must be a text"#),
        (#"{"op":"decde"}"#, #"did you mean "decide"?"#),
        (#"{"op":"decide","acount":"alice","ip":"192.0.2.1"}"#, #"unknown field "acount"; did you mean "account"?"#),
        (#"{\#(base),"outcome":"failed"}"#, #"unknown field "outcome" on "decide"; it belongs to "report""#),
        (#"{\#(base),"zzzzzzzzzz":1}"#, #"unknown field "zzzzzzzzzz"; known are "#),
        (#"{"op":"decide","ip":"192.0.2.1"}"#, #""account" is required"#),
        (#"{"op":"decide","account":null,"ip":"192.0.2.1"}"#, #""account" is required and must not be null"#),
        (#"{"op":"decide","account":"a"}"#, #""ip" is required"#),
        (#"{"op":"decide","account":"","ip":"192.0.2.1"}"#, #""account" must not be empty"#),
        (#"{"op":"decide","account":"a","ip":""}"#, #""ip" must not be empty"#),
        (#"{"op":"decide","account":["a"],"ip":"192.0.2.1"}"#, #""account" must be a text"#),
        (#"{"op":"decide","account":"a\u0000b","ip":"192.0.2.1"}"#, #""account" holds a NUL"#),
        (#"{"op":"decide","account":"a","ip":"192.0.2.01"}"#, #""ip" must be one IPv4 or IPv6 address"#),
        (#"{"op":"decide","account":"a","ip":"fe80::1%eth0"}"#, #""ip" must be one"#),
        (#"{"op":"decide","account":"a","ip":"192.0.2.1:80"}"#, #""ip" must be one"#),
        (#"{\#(base),"device":""}"#, #""device" must not be empty"#),
        (#"{\#(base),"credential_tag":""}"#, #""credential_tag" must not be empty"#),
        (#"{\#(base),"credential":"hunter2"}"#, #""credential" must be "valid", "invalid" or "unchecked""#),
        (#"{\#(base),"credential_breached":"yes"}"#, #""credential_breached" must be true or false"#),
        (#"{\#(base),"explain":"all"}"#, #""explain" must be "fired", "none" or "full""#),
        (#"{\#(base),"factors":"totp"}"#, #""factors" must be a list"#),
        (#"{\#(base),"factors":["otp"]}"#, #""factors" may hold "webauthn""#),
        (#"{\#(base),"inputs":[1]}"#, #""inputs" must be an object"#),
        (#"{\#(base),"inputs":{"x":{"y":1}}}"#, #""inputs.x" must be a text, a number"#),
        (#"{\#(base),"inputs":{"x":[[1]]}}"#, #""inputs.x" must be"#),
        (#"{\#(base),"event":"Login"}"#, #""event" must be names of small letters"#),
        (#"{\#(base),"at":"yesterday"}"#, #""at" must be an RFC 3339 instant"#),
        (#"{\#(base),"id":7}"#, #""id" must be a text"#),
        (#"{"op":"event","event":"login.succeeded","account":"a"}"#, "these come from \"decide\" and \"report\""),
        (#"{"op":"event","event":"challenge.passed","account":"a"}"#, "must not be login"),
        (#"{"op":"event","event":"registration"}"#, #""account" is required"#),
        (#"{"op":"event","event":"registration","account":"a","user_agent":"x"}"#, #"unknown field "user_agent" on "event""#),
        (#"{"op":"report","decision_id":"x"}"#, #""outcome" is required"#),
        (#"{"op":"report","decision_id":"x","outcome":"ok"}"#, #""outcome" must be "succeeded""#),
        (#"{"op":"report","decision_id":"x","outcome":"failed","attempt":-1}"#, #""attempt" must be a whole number"#),
        (#"{"op":"label","decision_id":"x","label":"bad"}"#, #""label" must be "fraud" or "legitimate""#),
        (#"{"op":"ping","account":"a"}"#, #"unknown field "account" on "ping""#),
    ])
    func wrong(_ line: String, _ message: String) throws {
        let request = try decode(line)
        guard case .failure(let failure) = request.body else { return #expect(Bool(false), "was accepted") }
        #expect(failure.code == .badRequest)
        #expect(failure.message.contains(message), "\(failure.message)")
        #expect(!failure.message.contains("hunter2"))
    }

    @Test("Texts have limits, and are never cut", arguments: [
        ("account", 1024), ("device", 1024), ("user_agent", 4096), ("method", 1024), ("app", 1024), ("tenant", 1024),
        ("channel", 1024), ("credential_tag", 1024),
    ])
    func lengths(_ field: String, _ limit: Int) throws {
        func request(_ count: Int) throws -> WireRequest {
            let text = String(repeating: "é", count: count / 2) + (count % 2 == 0 ? "" : "x")
            let account = field == "account" ? "" : #","account":"a""#
            return try decode(#"{"op":"decide","ip":"192.0.2.1","\#(field)":"\#(text)"\#(account)}"#)
        }
        #expect(throws: Never.self) { try request(limit).body.get() }
        #expect(throws: WireFailure(.badRequest, "\"\(field)\" is longer than \(limit) bytes")) { try request(limit + 1).body.get() }
    }

    @Test("Errors repeat the id where it could be read")
    func identifiers() throws {
        let longest = String(repeating: "é", count: 64)
        #expect(try decode(#"{"id":"\#(longest)","op":"nope"}"#).id == longest)
        #expect(try decode(#"{"id":"x\#(longest)","op":"ping"}"#).id == nil)
        #expect(try decode(#"{"op":"ping","id":"a\"\\\n","a":1,"a":2}"#).id == "a\"\\\n")
        #expect(try decode(#"{"op":"ping","id":"a""#).id == nil)
    }

    @Test("A key twice is bad JSON, at any depth")
    func duplicates() throws {
        for line in [#"{"op":"ping","op":"ping"}"#, #"{\#(Self.base),"inputs":{"x":1,"\u0078":2}}"#] {
            guard case .failure(let failure) = try decode(line).body else { return #expect(Bool(false)) }
            #expect(failure.code == .badJSON)
        }
    }

    private func decode(_ line: String) throws -> WireRequest { try RequestDecoder().decode(line.utf8) }
}
