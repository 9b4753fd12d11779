import WaryVocabulary

/// A policy whose names, types and limits have been checked: what is compiled and what the lints reason about.
struct CheckedPolicy: Sendable {
    struct Input: Sendable {
        var input: PolicyInput
        var range: SourceRange
    }
    struct List: Sendable {
        var name: String
        var elementType: ValueType
        var entries: [Datum]
        /// Where each entry stands, when it stands in a policy text.
        var entryRanges: [SourceRange]
        /// The list file, where it has one.
        var path: String?
        var range: SourceRange
    }
    struct Binding: Sendable {
        var name: String
        var term: Term
        var range: SourceRange
    }
    struct Aggregate: Sendable {
        var definition: AggregateDefinition
        /// The `where`.
        var condition: Term?
        /// As its author first wrote it.
        var spelling: String
        var range: SourceRange
    }
    enum Treatment: Sendable, Hashable {
        case skip, fire
        case score(Int64)
    }
    struct Rule: Sendable {
        var name: String
        var title: String?
        var isMonitor: Bool
        var when: Term
        var unless: Term?
        var treatment: Treatment?
        var treatmentRange: SourceRange?
        var score: Term?
        var scoreCap: Int64?
        var scoreRange: SourceRange?
        var stepsUp = false
        /// Nil: any.
        var factors: [Factor]?
        var factorsRange: SourceRange?
        var denies = false
        var denyRange: SourceRange?
        var notify: [String] = []
        var tags: [String] = []
        var nameRange: SourceRange
        var range: SourceRange
    }
    struct Line: Sendable {
        var outcome: Outcome
        /// Nil: any.
        var factors: [Factor]?
        /// Nil: `otherwise`.
        var condition: Term?
        var range: SourceRange
    }

    var name = ""
    var title: String?
    var event = EventKind.login
    var onError = Outcome.stepUp
    var onErrorFactors: [Factor]?
    var onErrorRange: SourceRange?
    var noFactor = Outcome.deny
    var timeZone: String?
    var nameRange: SourceRange
    var inputs: [Input] = []
    var lists: [List] = []
    var bindings: [Binding] = []
    var aggregates: [Aggregate] = []
    var regexes: [Regex] = []
    var rules: [Rule] = []
    var lines: [Line] = []
    var decideRange: SourceRange
    var tests: [PolicyTest] = []
}
