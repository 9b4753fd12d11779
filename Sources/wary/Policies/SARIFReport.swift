import WaryEngine
import WaryLanguage
import WaryServer

/// Diagnostics in SARIF 2.1.0, which code-review services read.
struct SARIFReport {
    private let library: PolicyLibrary

    init(_ library: PolicyLibrary) { self.library = library }

    func print() {
        printJSON { writer in
            writer.object { writer in
                writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                writer.member("version", "2.1.0")
                writer.key("runs")
                writer.array([library]) { library, writer in
                    writer.object { writer in
                        writer.key("tool")
                        writer.object { tool(&$0) }
                        writer.key("columnKind")
                        writer.text("unicodeCodePoints")
                        writer.key("results")
                        writer.openArray()
                        for entry in library.entries {
                            for diagnostic in entry.diagnostics { result(diagnostic, entry, &writer) }
                        }
                        writer.closeArray()
                    }
                }
            }
        }
    }

    private func tool(_ writer: inout JSONWriter) {
        writer.key("driver")
        writer.object { writer in
            writer.member("name", "wary")
            writer.member("version", Version.current)
            writer.key("rules")
            let codes = Set(library.entries.flatMap(\.diagnostics).map(\.code.rawValue)).sorted()
            writer.array(codes) { code, writer in writer.object { $0.member("id", code) } }
        }
    }

    private func result(_ diagnostic: Diagnostic, _ entry: PolicyLibrary.Entry, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ruleId", diagnostic.code.rawValue)
            writer.member("level", diagnostic.severity == .error ? "error" : "warning")
            writer.key("message")
            writer.object { $0.member("text", [diagnostic.message, diagnostic.help].compactMap { $0 }.joined(separator: ". ")) }
            writer.key("locations")
            writer.array([diagnostic.range]) { range, writer in
                writer.object { writer in
                    writer.key("physicalLocation")
                    writer.object { location(range, entry, &$0) }
                }
            }
        }
    }

    private func location(_ range: SourceRange, _ entry: PolicyLibrary.Entry, _ writer: inout JSONWriter) {
        let start = entry.place(of: range)
        let end = entry.place(of: SourceRange(file: range.file, start: range.end, end: range.end))
        writer.key("artifactLocation")
        writer.object { $0.member("uri", start.path) }
        writer.key("region")
        writer.object { writer in
            writer.member("startLine", start.line)
            writer.member("startColumn", start.column)
            writer.member("endLine", end.line)
            writer.member("endColumn", end.column)
        }
    }
}
