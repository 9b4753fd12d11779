/// Makes the mends that diagnostics offer.
public enum FixApplier {
    /// The texts of the files that change, and how many fixes were made. Of fixes that overlap, the first in the file is
    /// made: the text is to be checked again, which offers the others anew where they still apply.
    public static func apply(_ diagnostics: [Diagnostic], to files: [SourceFile]) -> (texts: [SourceFile.ID: String], count: Int) {
        var texts: [SourceFile.ID: String] = [:]
        var count = 0
        for file in files {
            let fixes = diagnostics.compactMap(\.fix).filter { $0.range.file == file.id && $0.range.end <= file.text.utf8.count }
                .sorted { ($0.range.start, $0.range.end, $0.text) < ($1.range.start, $1.range.end, $1.text) }
            var bytes: [UInt8] = [], copied = 0
            let source = Array(file.text.utf8)
            var last: Diagnostic.Fix?
            for fix in fixes.map({ withLine($0, source) }) {
                // Two that insert at one place are two ways out of one mistake, or the same one.
                guard fix.range.start >= copied, fix.range.start != last?.range.start || last == nil else { continue }
                bytes += source[copied..<fix.range.start] + Array(fix.text.utf8)
                copied = fix.range.end
                last = fix
                count += 1
            }
            guard last != nil else { continue }
            bytes += source[copied...]
            let text = String(decoding: bytes, as: UTF8.self)
            if text != file.text { texts[file.id] = text }
        }
        return (texts, count)
    }

    /// A fix that takes out all that stands on a line takes the line with it.
    private static func withLine(_ fix: Diagnostic.Fix, _ source: [UInt8]) -> Diagnostic.Fix {
        guard fix.text.isEmpty, fix.range.end > fix.range.start else { return fix }
        var start = fix.range.start, end = fix.range.end
        while start > 0, source[start - 1].isBlankByte { start -= 1 }
        while end < source.count, source[end].isBlankByte || source[end] == UInt8(ascii: "\r") { end += 1 }
        guard start == 0 || source[start - 1] == UInt8(ascii: "\n"), end < source.count, source[end] == UInt8(ascii: "\n") else { return fix }
        return .init(range: SourceRange(file: fix.range.file, start: start, end: end + 1), text: "")
    }

    /// Mends one text again and again, until `diagnose` offers nothing more: at most `rounds` times, so that two fixes
    /// which undo each other end.
    public static func mend(_ file: SourceFile, rounds: Int = 10, diagnose: (SourceFile) -> [Diagnostic]) -> SourceFile {
        var file = file
        for _ in 0..<rounds {
            guard let text = apply(diagnose(file), to: [file]).texts[file.id] else { break }
            file = SourceFile(id: file.id, path: file.path, text: text)
        }
        return file
    }
}
