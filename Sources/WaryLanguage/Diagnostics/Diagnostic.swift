/// Something wrong with a policy, in its author's terms.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable, Comparable {
        case warning, error
        public static func < (a: Severity, b: Severity) -> Bool { a == .warning && b == .error }
    }

    /// Another place that explains this one: the first declaration of a name given twice.
    public struct Label: Sendable, Hashable {
        public var range: SourceRange
        public var text: String
        public init(range: SourceRange, text: String) {
            self.range = range
            self.text = text
        }
    }

    /// A mechanical mend: the text that should stand in place of a range.
    public struct Fix: Sendable, Hashable {
        public var range: SourceRange
        public var text: String
        public init(range: SourceRange, text: String) {
            self.range = range
            self.text = text
        }
    }

    public var code: DiagnosticCode
    public var severity: Severity
    public var range: SourceRange
    /// What is wrong, one line, no full stop.
    public var message: String
    /// How to mend it, where there is more to say.
    public var help: String?
    public var fix: Fix?
    public var labels: [Label]

    public init(_ code: DiagnosticCode, at range: SourceRange, _ message: String, help: String? = nil, fix: Fix? = nil,
                labels: [Label] = []) {
        self.code = code
        severity = code.severity
        self.range = range
        self.message = message
        self.help = help
        self.fix = fix
        self.labels = labels
    }
}
