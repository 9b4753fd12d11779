import ArgumentParser
import WaryEngine
import WaryLanguage

/// `wary check`: what is wrong with policies, where, and how to mend it.
struct CheckCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case human, short, json, sarif
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tells what is wrong with policies: where, why, and how to mend it.",
        discussion: """
            Folders are walked; files that others include are read as part of those.
            Examples:
              wary check Policies
              wary check Policies/login.wary --strict
              wary check Policies --format json
              wary check Policies --fix       mends what can be mended without asking
            Exits 0 where there is no error (with --strict: no warning either), 1 where there is, 2 for wrong usage.
            """)

    @OptionGroup var policies: PolicyArguments

    @Flag(name: .long, help: "Count warnings as errors.")
    var strict = false

    @Flag(name: .long, help: "Print what each policy costs at worst, by rule and aggregate.")
    var cost = false

    @Flag(name: .long, help: "Make the mends that the diagnostics offer, then check what is left.")
    var fix = false

    @Option(name: .long, help: "human, short, json or sarif.")
    var format = Format.human

    func run() throws {
        if fix { try mend() }
        let library = try policies.load()
        switch format {
        case .human: printHuman(library)
        case .short: library.entries.flatMap { DiagnosticText($0).short }.unique().forEach { print($0) }
        case .json:
            let objects = library.entries.flatMap { DiagnosticText($0).json }.unique()
            print(objects.isEmpty ? "[]" : "[\n  " + objects.joined(separator: ",\n  ") + "\n]")
        case .sarif: SARIFReport(library).print()
        }
        let hasFindings = strict ? library.entries.contains { !$0.diagnostics.isEmpty } : library.hasErrors
        if hasFindings { throw Exit.findings }
    }

    /// Mends the files until no more fixes are offered; each round sees what the one before left.
    private func mend() throws {
        var fixes: [String: Int] = [:]
        // Fixes that undo each other must end.
        for _ in 0..<10 {
            let library = try policies.load()
            var mended: Set<String> = []
            for entry in library.entries {
                for (id, text) in FixApplier.apply(entry.diagnostics, to: entry.files).texts {
                    guard let path = entry.files.first(where: { $0.id == id })?.path, mended.insert(path).inserted else { continue }
                    try PolicyText.replace(path, with: text)
                    fixes[path, default: 0] += 1
                }
            }
            if mended.isEmpty { break }
        }
        for path in fixes.keys.sorted() { complain("mended \(path)") }
    }

    private func printHuman(_ library: PolicyLibrary) {
        let terminal = Terminal.output
        let texts = library.entries.flatMap { DiagnosticText($0, on: terminal).human }.unique()
        if !texts.isEmpty { print(texts.joined(separator: "\n")) }
        for entry in library.entries {
            guard let policy = entry.policy else { continue }
            print(CostText(policy, path: entry.path, on: terminal).summary)
            if cost { print(CostText(policy, path: entry.path, on: terminal).table) }
        }
        let all = library.entries.flatMap { entry in
            zip(DiagnosticText(entry).json, entry.diagnostics).map { Finding(key: $0, severity: $1.severity) }
        }
        let findings = Set(all)
        print(Self.summary(findings, files: library.entries.count, terminal))
    }

    private struct Finding: Hashable {
        var key: String
        var severity: Diagnostic.Severity
    }

    private static func summary(_ findings: Set<Finding>, files: Int, _ terminal: Terminal) -> String {
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count - errors
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        guard !findings.isEmpty else { return terminal.paint("✓", .green) + " \(count(files, "file")), nothing wrong" }
        let parts = [errors > 0 ? terminal.paint(count(errors, "error"), .red) : nil,
                     warnings > 0 ? terminal.paint(count(warnings, "warning"), .yellow) : nil]
        return "\(parts.compactMap { $0 }.joined(separator: ", ")) in \(count(files, "file"))"
    }
}
