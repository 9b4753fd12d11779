import WaryEngine
import WaryLanguage

/// Why policies are not put in force, in one line, with the diagnostics for programs.
struct RefusedPolicies {
    var message: String
    /// The JSON array of `wary check`; empty where the fault is no text's.
    var diagnostics: [UInt8] = []

    init(message: String) { self.message = message }

    init(_ refusal: PolicyStore.Refusal) {
        switch refusal {
        case .missing(let missing): message = missing.description
        case .conflict(let conflict): message = conflict.description
        case .lockout(let policies):
            message = "\(policies.joined(separator: ", ")) would refuse a break-glass account its ordinary sign-in"
        case .empty: message = "no file at the configured paths declares a policy"
        case .faulty(let library):
            let faulty = library.entries.filter(\.hasErrors)
            let count = faulty.reduce(0) { $0 + $1.diagnostics.count { $0.severity == .error } }
            message = "\(count) error\(count == 1 ? "" : "s") in \(faulty.map(\.path).joined(separator: ", "))"
            diagnostics = Self.json(library.entries)
        case .failing(let tests):
            let names = tests.map { "\($0.path): \($0.result.name)" }
            message = "the policies' own tests fail: \(names.joined(separator: "; "))"
        }
    }

    /// The arrays of all entries as one.
    private static func json(_ entries: [PolicyLibrary.Entry]) -> [UInt8] {
        var bytes = Array("[".utf8)
        for entry in entries where !entry.diagnostics.isEmpty {
            let array = Array(DiagnosticRenderer(files: entry.files).json(entry.diagnostics).utf8)
            guard let start = array.firstIndex(of: UInt8(ascii: "[")), let end = array.lastIndex(of: UInt8(ascii: "]")) else { continue }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += array[(start + 1)..<end]
        }
        return bytes + Array("]".utf8)
    }
}
