import WaryEngine
import WaryLanguage

/// Suggestions as a unified diff of the policy's files: every number stays on its line.
struct SuggestionDiff {
    let text: String

    init(_ suggestions: [Tuning.Suggestion], in entry: PolicyLibrary.Entry) {
        var text = ""
        for file in entry.files {
            let own = suggestions.filter { $0.place.range.file == file.id }.sorted { $0.place.range.start > $1.place.range.start }
            guard !own.isEmpty else { continue }
            var bytes = Array(file.text.utf8)
            for suggestion in own {
                bytes.replaceSubrange(Int(suggestion.place.range.start)..<Int(suggestion.place.range.end), with: String(suggestion.value).utf8)
            }
            let old = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            let new = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            text += "--- \(file.path)\n+++ \(file.path)\n"
            for (index, (before, after)) in zip(old, new).enumerated() where before != after {
                text += "@@ -\(index + 1) +\(index + 1) @@\n-\(before)\n+\(after)\n"
            }
        }
        self.text = text
    }
}
