import Testing
import WaryServer

@Suite("Strict JSON")
struct JSONTests {
    @Test("What is not JSON, or says two things at once, is refused", arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "nul", "01", "+1", "1.", ".5", "1e", "0x10", "NaN", "Infinity",
        "1e400", "123456789012345678901234567890", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\x41\"",
        "\"a\nb\"", "\"a\tb\"", "\"abc", "{} {}", "[1 2]", "\u{feff}{}x", "// a\n1",
    ])
    func refused(_ text: String) throws {
        #expect(throws: JSONError.self) { try render(Array(text.utf8)) }
    }

    @Test("Bytes that are not UTF-8 are refused", arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) throws {
        #expect(throws: JSONError.self) { try render(bytes) }
    }

    @Test("A key twice in one object is found at any depth and however it is spelt", arguments: [
        (#"{"a":1,"a":2}"#, "a"), (#"{"a":1,"\u0061":2}"#, "a"), (#"{"x":{"b":[{"c":1,"c":1}]}}"#, "c"),
        (#"{"é":1,"\u00e9":2}"#, "é"), (#"[{"":1,"":1}]"#, ""),
    ])
    func duplicates(_ text: String, _ key: String) throws {
        #expect(try duplicate(text) == key)
    }

    @Test("The same key in different objects is no repetition", arguments: [
        #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":2}]"#, #"{"a":"b","b":"a","c":["a","a"]}"#, #"{"e\u0301":1,"\u00e9":2}"#,
    ])
    func noDuplicates(_ text: String) throws {
        #expect(try duplicate(text) == nil)
    }

    @Test("Many keys are looked at in time that grows with their number")
    func manyKeys() throws {
        let members = (0..<9000).map { "\"\($0)\":1" }
        #expect(try duplicate("{" + members.joined(separator: ",") + "}") == nil)
        #expect(try duplicate("{" + members.joined(separator: ",") + ",\"77\":1}") == "77")
    }

    @Test("Nesting is bounded")
    func depth() throws {
        let deepest = String(repeating: "[", count: 15) + "1" + String(repeating: "]", count: 15)
        #expect(try render(Array(deepest.utf8)) == deepest)
        #expect(throws: JSONError.self) { try render(Array("[[\(deepest)]]".utf8)) }
    }

    @Test("What is written reads back the same", arguments: [
        "{}", "[]", #"{"a":[1,-1,0,9223372036854775807,-9223372036854775808],"b":{"c":null},"d":[true,false]}"#,
        #"["","a\"b\\c","\n\r\t\u0000\u001f","é€😀"]"#, #"[0.1,120.5,1e-07,1.7976931348623157e+308,5e-324,-0.0]"#,
    ])
    func roundTrip(_ text: String) throws {
        let once = try render(Array(text.utf8))
        #expect(once == text)
        #expect(try render(Array(once.utf8)) == once)
    }

    @Test("In place or copied, a text reads the same")
    func padding() throws {
        let text = Array(#"{"account":"alice","n":[1,2.5]}"#.utf8)
        let parser = try JSONParser()
        let surrounded = Array("xx".utf8) + text + Array(repeating: 0x22, count: JSONParser.padding)
        let inPlace = try surrounded.withUnsafeBytes { bytes in
            try parser.read(2..<(2 + text.count), of: bytes) { value, _ in rendered(value) }
        }
        let copied = try text.withUnsafeBytes { bytes in
            try parser.read(0..<text.count, of: bytes) { value, _ in rendered(value) }
        }
        #expect(inPlace == copied)
        #expect(copied == String(decoding: text, as: UTF8.self))
    }

    private func render(_ bytes: [UInt8]) throws -> String {
        try bytes.withUnsafeBytes { try JSONParser().read(0..<bytes.count, of: $0) { value, _ in rendered(value) } }
    }

    private func duplicate(_ text: String) throws -> String? {
        let bytes = Array(text.utf8)
        return try bytes.withUnsafeBytes { bytes in
            try JSONParser(maximumBytes: 1 << 20).read(0..<bytes.count, of: bytes) { _, duplicate in duplicate?.string }
        }
    }

    private func rendered(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        write(value, &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ value: JSONValue, _ writer: inout JSONWriter) {
        switch value.kind {
        case .object:
            writer.openObject()
            for (key, value) in value.members {
                writer.key(key.string)
                write(value, &writer)
            }
            writer.closeObject()
        case .array:
            writer.openArray()
            for element in value.elements { write(element, &writer) }
            writer.closeArray()
        case .text: writer.text(value.text?.string ?? "")
        case .integer: writer.integer(Int(value.integer ?? 0))
        case .large, .decimal: writer.decimal(value.decimal ?? 0)
        case .bool: writer.bool(value.bool ?? false)
        case .null: writer.null()
        }
    }
}
