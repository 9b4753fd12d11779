import CSimdJSON

/// Why a text was refused as JSON.
public struct JSONError: Error, Sendable, Equatable {
    /// What is wrong with it, one line.
    public var message: String

    public init(_ message: String) { self.message = message }

    init(_ status: wary_json_status) {
        switch status {
        case WARY_JSON_EMPTY: self.init("the text is empty")
        case WARY_JSON_UTF8: self.init("the text is not valid UTF-8")
        case WARY_JSON_STRING:
            self.init("a text has an escape that JSON does not know, half a surrogate pair or a bare control character")
        case WARY_JSON_UNCLOSED: self.init("a text lacks its closing quote")
        case WARY_JSON_NUMBER: self.init("a number is malformed or too large")
        case WARY_JSON_DEPTH: self.init("nested deeper than \(ServerLimits.jsonDepth) levels")
        case WARY_JSON_TOO_LONG: self.init("longer than \(ServerLimits.lineBytes) bytes")
        case WARY_JSON_MEMORY: self.init("memory is short")
        default: self.init("not one complete JSON value")
        }
    }
}

/// Reads strict JSON: UTF-8 only, whole surrogate pairs only, no key twice in one object however it is spelt, bounded
/// depth. It keeps its memory from one text to the next; use one on one thread at a time.
public final class JSONParser {
    private let parser: OpaquePointer

    /// Fails only where memory is short.
    public init(maximumBytes: Int = ServerLimits.lineBytes, maximumDepth: Int = ServerLimits.jsonDepth) throws(JSONError) {
        guard let created = wary_json_parser_create(maximumBytes, maximumDepth) else { throw JSONError(WARY_JSON_MEMORY) }
        parser = created
    }

    deinit { wary_json_parser_destroy(parser) }

    /// How many bytes behind a text should be allocated, so that it is parsed where it lies.
    public static var padding: Int { wary_json_padding }

    /// Calls `body` with the text's value, which must not outlive the call.
    ///
    /// `bytes` is the allocation that the text lies in: where `padding` bytes follow the text there, nothing is copied.
    /// A repeated key comes as `duplicate`, beside the value, so that a caller can still find whom to answer.
    public func read<Result>(
        _ range: Range<Int>, of bytes: UnsafeRawBufferPointer,
        _ body: (JSONValue, _ duplicate: JSONText?) -> Result
    ) throws(JSONError) -> Result {
        guard let base = bytes.baseAddress, !range.isEmpty else { throw JSONError(WARY_JSON_EMPTY) }
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let text = base.advanced(by: range.lowerBound).assumingMemoryBound(to: UInt8.self)
        var document = wary_json_document()
        let isPadded = bytes.count - range.upperBound >= wary_json_padding
        let status = wary_json_parse(parser, text, range.count, isPadded, &document)
        guard status == WARY_JSON_OK || status == WARY_JSON_DUPLICATE_KEY,
              let tape = document.tape, let strings = document.strings else { throw JSONError(status) }
        let root = JSONValue(tape: tape, strings: strings, index: 1)
        let duplicate = status == WARY_JSON_DUPLICATE_KEY ? JSONText(strings, offset: document.offending_key) : nil
        return body(root, duplicate)
    }
}
