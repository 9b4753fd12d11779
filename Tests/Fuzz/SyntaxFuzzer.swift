// libFuzzer's target for the lexer, the parser, the renderer and the formatter. `Tests/Fuzz/fuzz-syntax` builds and runs it.

/// Stops the fuzzer, which then keeps the input.
private func require(_ condition: Bool, _ what: StaticString) {
    if !condition { preconditionFailure("\(what)") }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    // What is no UTF-8 is repaired here, since the loader refuses it.
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    let file = SourceFile(id: .init(index: 0), path: "fuzz.wary", text: text)
    let length = text.utf8.count

    var end = 0
    for token in Lexer.tokens(of: file) {
        require(token.leadingTrivia.start == end && token.leadingTrivia.end == token.range.start, "tokens tile the text")
        end = token.range.end
    }
    require(end == length, "tokens reach the end")

    let (tree, diagnostics) = Parser.parse(file)
    for diagnostic in diagnostics {
        require(diagnostic.range.start >= 0 && diagnostic.range.end <= length, "diagnostics stand in the text")
        if let fix = diagnostic.fix { require(fix.range.end <= length, "fixes stand in the text") }
    }
    let renderer = DiagnosticRenderer(files: [file])
    require(diagnostics.isEmpty || !renderer.human(diagnostics).isEmpty && !renderer.json(diagnostics).isEmpty, "diagnostics are shown")
    _ = FixApplier.apply(diagnostics, to: [file])
    _ = Suppressions([tree])

    let formatted = Formatter.format(tree)
    if diagnostics.isEmpty {
        let again = SourceFile(id: file.id, path: file.path, text: formatted)
        let (reparsed, mistakes) = Parser.parse(again)
        require(mistakes.isEmpty, "what is formatted can be parsed")
        require(Formatter.format(reparsed) == formatted, "formatting twice changes nothing")
    } else {
        require(formatted == text || diagnostics.allSatisfy { $0.severity == .warning }, "what is wrong is not formatted")
    }
    return 0
}
