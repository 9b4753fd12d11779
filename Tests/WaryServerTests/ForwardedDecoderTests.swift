import Testing
import WaryEngine
import WaryServer
import WaryVocabulary

@Suite struct ForwardedDecoderTests {
    private func decode(_ forwarded: String, ip: String = "") throws -> Result<EngineRequest, WireFailure> {
        try RequestDecoder().decode(#"{"op":"decide","account":"a"\#(ip),"forwarded":\#(forwarded)}"#.utf8).body
    }

    @Test func aHeadersTextOrAListOfThem() throws {
        for text in [#""203.0.113.7, 10.0.0.9""#, #"["203.0.113.7","10.0.0.9"]"#, #"["203.0.113.7, 10.0.0.9"]"#] {
            guard case .decide(let request) = try decode(#"{"peer":"10.0.0.1","chain":\#(text)}"#).get() else { throw JSONError("no decision") }
            #expect(request.forwarded == Forwarded(peer: IPAddress("10.0.0.1"), chain: [IPAddress("203.0.113.7"), IPAddress("10.0.0.9")]))
        }
        for text in [#"{"peer":"10.0.0.1"}"#, #"{"peer":"10.0.0.1","chain":null}"#, #"{"peer":"10.0.0.1","chain":""}"#, #"{"peer":"10.0.0.1","chain":[]}"#] {
            guard case .decide(let request) = try decode(text).get() else { throw JSONError("no decision") }
            #expect(request.forwarded?.chain.isEmpty == true, "\(text)")
        }
    }

    @Test(arguments: ["[]", #"{"chain":"203.0.113.7"}"#, #"{"peer":"10.0.0.1:80"}"#, #"{"peer":7}"#, #"{"peer":"10.0.0.1","chian":""}"#,
                      #"{"peer":"10.0.0.1","chain":7}"#, #"{"peer":"10.0.0.1","chain":[7]}"#])
    func whatIsWrongIsNamed(_ text: String) throws {
        #expect(throws: WireFailure.self) { try decode(text).get() }
    }

    @Test func anAddressAndAChainExcludeEachOther() throws {
        #expect(throws: WireFailure.self) { try decode(#"{"peer":"10.0.0.1"}"#, ip: #","ip":"192.0.2.1""#).get() }
    }
}
