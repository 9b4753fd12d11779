import Testing
@testable import WaryAuth

@Suite struct StrictJSONTests {
    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"a":{"b":1,"b":1}}"#, #"[1,]"#, #"{"a":1,}"#, "01", "1.", ".5", "+1", "1e", "-",
        "nul", "NaN", "Infinity", "1e999", #""a"#, #""\x""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, "\"\u{1}\"", "1 2", "", " ",
        "{'a':1}", "[1 2]", #"{"a" 1}"#, #""\u12g4""#, "\u{feff}1", "tru", "[", "{", #"{"a":"#,
    ])
    func refuses(_ text: String) {
        #expect(throws: StrictJSON.Problem.self) { try StrictJSON.parse(text.utf8) }
    }

    @Test func refusesInvalidUTF8AndDepth() {
        #expect(throws: StrictJSON.Problem.self) { try StrictJSON.parse([0x22, 0xff, 0x22]) }
        #expect(throws: StrictJSON.Problem.self) { try StrictJSON.parse([0x22, 0xc0, 0x80, 0x22]) }
        #expect(throws: StrictJSON.Problem.self) { try StrictJSON.parse([0x22, 0xed, 0xa0, 0x80, 0x22]) }
        #expect(throws: StrictJSON.Problem.self) { try StrictJSON.parse(String(repeating: "[", count: 100_000).utf8) }
    }

    @Test func reads() throws {
        #expect(try StrictJSON.parse(#" {"a":[1,-2.5,true,null,"x\n\u00e9\ud83d\ude00"],"b":{}} "#.utf8) == .object([
            "a": .array([.int(1), .number(-2.5), .bool(true), .null, .text("x\né😀")]), "b": .object([:]),
        ]))
        #expect(try StrictJSON.parse("9223372036854775807".utf8) == .int(.max))
        #expect(try StrictJSON.parse("9223372036854775808".utf8) == .number(9_223_372_036_854_775_808))
    }

    /// Bytes changed at random never trap, and what is accepted reads the same again.
    @Test func survivesChangedBytes() {
        var generator = Seeded(seed: 4711)
        let text = Array(#"{"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":"é"}}"#.utf8)
        for _ in 0..<20_000 {
            var changed = text
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? StrictJSON.parse(changed)
        }
    }

    @Test func formsGoThereAndBack() {
        var generator = Seeded(seed: 1)
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(TextForm.bytes(base64URL: TextForm.base64URL(bytes)) == bytes)
            #expect(TextForm.bytes(base32: TextForm.base32(bytes)) == bytes)
        }
        #expect(TextForm.base64URL([0xfb, 0xff]) == "-_8")
        #expect(TextForm.base32(Array("foobar".utf8)) == "MZXW6YTBOI")
        for text in ["-_9", "A", "AA==", "AA=", "A+==", "a b", "AB"] { #expect(TextForm.bytes(base64URL: text) == nil, "\(text)") }
    }
}

/// SplitMix64: the same values for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
