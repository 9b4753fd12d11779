import WaryLanguage

/// Diagnostics as the protocol has them, and their quick fixes.
struct Problems {
    let analysis: Analysis

    /// By file.
    func byFile() -> [(path: String, diagnostics: JSON)] {
        analysis.files.map { file in
            (file.path, .array(analysis.diagnostics.filter { $0.range.file == file.id }.map { json($0, in: file) }))
        }
    }

    private func json(_ diagnostic: Diagnostic, in file: SourceFile) -> JSON {
        var message = diagnostic.message
        if let help = diagnostic.help { message += "\n\(help)" }
        var object: [String: JSON] = [
            "range": file.range(diagnostic.range), "severity": diagnostic.severity == .error ? 1 : 2,
            "code": .string(diagnostic.code.rawValue), "source": "wary", "message": .string(message),
        ]
        if diagnostic.code == .unused || diagnostic.code == .needlessUnknown { object["tags"] = [1] }
        let labels: [JSON] = diagnostic.labels.compactMap { label in
            guard let other = analysis.file(label.range.file) else { return nil }
            return ["location": ["uri": .string(DocumentURI.uri(other.path)), "range": other.range(label.range)], "message": .string(label.text)]
        }
        if !labels.isEmpty { object["relatedInformation"] = .array(labels) }
        return .object(object)
    }

    /// The fixes of diagnostics that touch a range of a file.
    func actions(in file: SourceFile, _ range: JSON) -> JSON {
        let start = file.offset(range["start"]), end = file.offset(range["end"])
        return .array(analysis.diagnostics.compactMap { diagnostic in
            guard let fix = diagnostic.fix, diagnostic.range.file == file.id, diagnostic.range.start <= end, diagnostic.range.end >= start,
                  let target = analysis.file(fix.range.file) else { return nil }
            let title = fix.text.isEmpty ? "Delete `\(analysis.text(fix.range))`" : fix.range.start == fix.range.end
                ? "Insert `\(fix.text.trimmingPrefix("\n"))`" : "Write `\(fix.text)`"
            return ["title": .string(title), "kind": "quickfix", "isPreferred": true, "diagnostics": [json(diagnostic, in: file)],
                    "edit": ["changes": .object([
                        DocumentURI.uri(target.path): [["range": target.range(fix.range), "newText": .string(fix.text)]],
                    ])]]
        })
    }
}
