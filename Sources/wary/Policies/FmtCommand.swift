import ArgumentParser
import Foundation
import WaryEngine
import WaryLanguage

/// `wary fmt`: policies in the one style.
struct FmtCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case human, json
    }

    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Formats policies in place, in the one style there is.",
        discussion: """
            Four spaces, one item a line, aligned within a block; comments stay where they stand. Folders are walked; `-` formats \
            the standard input to the standard output.
            Examples:
              wary fmt Policies
              wary fmt Policies --check       for CI: changes nothing, shows what would change
              wary fmt - < login.wary
            Exits 0 where all is well, 1 where a file is not formatted (with --check) or cannot be understood, 2 for wrong usage.
            """)

    @Argument(help: "Policy files, folders with policy files in them, or - for the standard input.")
    var paths: [String]

    @Flag(name: .long, help: "Change nothing; show the differences, and exit 1 where there are any.")
    var check = false

    @Option(name: .long, help: "human or json.")
    var format = Format.human

    /// What became of one file, as the JSON form has it.
    private struct Result: Encodable {
        var file: String
        /// Whether it is not in the one style, or was not until now.
        var changed: Bool
        /// The first mistake, where the file cannot be understood.
        var error: String?
    }

    func run() throws {
        if paths == ["-"] { return try formatStandardInput() }
        let files: [PolicyFolder.File]
        do throws(PolicyFolder.Missing) {
            files = try PolicyFolder.files(at: paths)
        } catch {
            throw CommandFailure(error.description, code: Exit.usage)
        }
        let results = try files.map { try formatFile($0.shown) }
        switch format {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(results), as: UTF8.self))
        case .human:
            if check, results.contains(where: \.changed) {
                let count = results.count(where: \.changed)
                complain("\(count) of \(results.count) file\(results.count == 1 ? "" : "s") not formatted; `wary fmt` does it")
            }
        }
        if results.contains(where: { $0.error != nil || check && $0.changed }) { throw Exit.findings }
    }

    private func formatFile(_ path: String) throws -> Result {
        let text = try PolicyText.read(path)
        let source = SourceFile(id: .init(index: 0), path: path, text: text)
        let (tree, diagnostics) = Parser.parse(source)
        if let mistake = report(diagnostics, in: source) { return Result(file: path, changed: false, error: mistake) }
        let formatted = WaryLanguage.Formatter.format(tree)
        guard formatted != text else { return Result(file: path, changed: false) }
        if check {
            if format == .human { print(LineDiff.unified(from: text, to: formatted, path: path), terminator: "") }
        } else {
            try PolicyText.replace(path, with: formatted)
            if format == .human { print("formatted \(path)") }
        }
        return Result(file: path, changed: true)
    }

    /// Prints what is wrong with a text; the first of it on one line, nil where nothing is.
    private func report(_ diagnostics: [Diagnostic], in source: SourceFile) -> String? {
        guard let first = diagnostics.first(where: { $0.severity == .error }) else { return nil }
        let renderer = DiagnosticRenderer(files: [source], usesColour: Terminal.error.hasColour)
        if format == .human { complain(renderer.human(diagnostics) + "\n\(source.path): not formatted: it has errors") }
        return renderer.short(first)
    }

    private func formatStandardInput() throws {
        guard let text = String(validating: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) else {
            throw CommandFailure("the standard input is not UTF-8")
        }
        let source = SourceFile(id: .init(index: 0), path: "standard input", text: text)
        let (tree, diagnostics) = Parser.parse(source)
        if report(diagnostics, in: source) != nil { throw Exit.findings }
        let formatted = WaryLanguage.Formatter.format(tree)
        if check {
            print(LineDiff.unified(from: text, to: formatted, path: source.path), terminator: "")
            if formatted != text { throw Exit.findings }
        } else {
            print(formatted, terminator: "")
        }
    }
}
