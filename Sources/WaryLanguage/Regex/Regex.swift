import CPCRE2

/// A regular expression compiled by PCRE2 with its just-in-time compiler, for UTF-8 texts.
///
// SAFETY: after `init` the compiled code is only read, which PCRE2 allows from any number of threads (pcre2jit(3),
// pcre2api(3) "Multithreading"); the object frees it once, when nobody holds it any longer.
final class Regex: @unchecked Sendable {
    /// What PCRE2 says is wrong, and where: a UTF-8 offset into the pattern.
    struct CompileError: Error, Sendable, Hashable {
        var message: String
        var offset: Int
    }

    let pattern: String
    /// In alphabetical order.
    let flags: String
    /// Whether it may take a number of steps that is exponential (or a high power) in the text's length.
    let mayBacktrack: Bool
    fileprivate let code: OpaquePointer
    /// The quick way, where the expression is nothing but literals.
    fileprivate let literals: LiteralSearch?

    init(pattern: String, flags: String) throws(CompileError) {
        var options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C
        if flags.contains("i") { options |= PCRE2_CASELESS }
        if flags.contains("x") { options |= PCRE2_EXTENDED }
        if flags.contains("s") { options |= PCRE2_DOTALL }
        var number: Int32 = 0
        var offset = 0
        let bytes = Array(pattern.utf8)
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &number, &offset, nil) else {
            var buffer = [UInt8](repeating: 0, count: 256)
            pcre2_get_error_message_8(number, &buffer, buffer.count)
            throw CompileError(message: String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self), offset: min(offset, bytes.count))
        }
        // A processor without JIT support interprets; the meaning is the same.
        _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
        self.code = code
        self.pattern = pattern
        self.flags = String(flags.sorted())
        literals = LiteralSearch(pattern: pattern, flags: flags)
        mayBacktrack = BacktrackAnalysis.mayExplode(pattern, isExtended: flags.contains("x"))
    }

    deinit { pcre2_code_free_8(code) }
}

/// The scratch space for matching, owned by one machine.
struct RegexScratch: ~Copyable {
    enum Result { case found, absent, failed }

    private let matchData: OpaquePointer?
    private let context: OpaquePointer?
    private let stack: OpaquePointer?

    init(steps: UInt32) {
        matchData = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
        if let context {
            pcre2_set_match_limit_8(context, steps)
            if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        }
    }

    deinit {
        pcre2_match_data_free_8(matchData)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(stack)
    }

    /// Whether the expression matches anywhere in a text, which must be valid UTF-8; `failed` at the match limit.
    borrowing func find(_ regex: Regex, in text: UnsafeBufferPointer<UInt8>) -> Result {
        if let literals = regex.literals, let isFound = literals.find(in: text) { return isFound ? .found : .absent }
        return match(regex, in: text)
    }

    /// PCRE2's word on it.
    borrowing func match(_ regex: Regex, in text: UnsafeBufferPointer<UInt8>) -> Result {
        // PCRE2 wants a valid pointer for an empty text too.
        var empty: UInt8 = 0
        let result = withUnsafePointer(to: &empty) { none in
            pcre2_match_8(regex.code, text.baseAddress ?? none, text.count, 0, PCRE2_NO_UTF_CHECK, matchData, context)
        }
        if result >= 0 { return .found }
        return result == PCRE2_ERROR_NOMATCH ? .absent : .failed
    }
}
