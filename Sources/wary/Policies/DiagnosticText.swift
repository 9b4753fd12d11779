import WaryEngine
import WaryLanguage

/// What is wrong with one policy file, in the forms that commands print.
struct DiagnosticText {
    private let diagnostics: [Diagnostic]
    private let renderer: DiagnosticRenderer

    init(_ entry: PolicyLibrary.Entry, errorsOnly: Bool = false, on terminal: Terminal = .plain) {
        diagnostics = errorsOnly ? entry.diagnostics.filter { $0.severity == .error } : entry.diagnostics
        renderer = DiagnosticRenderer(files: entry.files, usesColour: terminal.hasColour)
    }

    /// One text a diagnostic: excerpt, caret, help, fix.
    var human: [String] { diagnostics.map(renderer.human) }

    /// One line a diagnostic.
    var short: [String] { diagnostics.map { renderer.short($0) } }

    /// One JSON object a diagnostic.
    var json: [String] {
        renderer.json(diagnostics).split(separator: "\n").filter { $0.hasPrefix("  {") }.map { line in
            String(line.dropFirst(2).last == "," ? line.dropFirst(2).dropLast() : line.dropFirst(2))
        }
    }
}

extension Sequence<String> {
    /// Each once, in order: policies that include the same file report its mistakes alike.
    func unique() -> [String] {
        var met: Set<String> = []
        return filter { met.insert($0).inserted }
    }
}
