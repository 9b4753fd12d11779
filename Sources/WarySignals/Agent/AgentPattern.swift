import CPCRE2

/// One of uap-core's expressions, compiled by PCRE2 with its just-in-time compiler.
// SAFETY: after `init` the compiled code is only read, which PCRE2 allows from any number of threads (pcre2api(3),
// "Multithreading"); it is freed once, when nobody holds the object any longer.
final class AgentPattern: @unchecked Sendable {
    private let code: OpaquePointer

    /// PCRE2's own message when the expression is none.
    struct CompileError: Error {
        var message: String
    }

    init(_ pattern: String, ignoresCase: Bool) throws(CompileError) {
        var number: Int32 = 0
        var offset = 0
        let bytes = Array(pattern.utf8)
        let options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (ignoresCase ? PCRE2_CASELESS : 0)
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
            var buffer = [UInt8](repeating: 0, count: 256)
            pcre2_get_error_message_8(number, &buffer, buffer.count)
            throw CompileError(message: String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) + " at \(offset)")
        }
        // A processor without JIT support interprets; the meaning is the same.
        _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
        self.code = code
    }

    deinit { pcre2_code_free_8(code) }

    /// The first match: whether there is one, and its groups in the matcher.
    fileprivate func match(_ text: UnsafeBufferPointer<UInt8>, _ data: OpaquePointer, _ context: OpaquePointer?) -> Int32 {
        pcre2_match_8(code, text.baseAddress, text.count, 0, PCRE2_NO_UTF_CHECK, data, context)
    }
}

/// Room for one text's matches, used by one thread at a time.
struct AgentMatcher: ~Copyable {
    private let data: OpaquePointer
    private let context: OpaquePointer?
    private let text: [UInt8]

    /// Nil when there is no memory for it.
    init?(_ text: some Collection<UInt8>) {
        guard let data = pcre2_match_data_create_8(10, nil) else { return nil }
        self.data = data
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Limits.agentMatchSteps)
        self.text = Array(text)
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
    }

    /// The groups 0…9 of the first match, nil for those that took no part (their offsets are −1); nil where there is no match or the limit was met.
    borrowing func groups(_ pattern: AgentPattern) -> [String?]? {
        let count = text.withUnsafeBufferPointer { pattern.match($0, data, context) }
        guard count > 0 else { return nil }
        guard let vector = pcre2_get_ovector_pointer_8(data) else { return nil }
        return (0..<Int(count)).map { index in
            let start = vector[2 * index], end = vector[2 * index + 1]
            guard start >= 0, start <= end, end <= text.count else { return nil }
            return String(decoding: text[start..<end], as: UTF8.self)
        }
    }
}
