/// What a decision says, mildest first: `deny` > `step_up` > `allow`.
public enum Outcome: String, Hashable, Sendable, CaseIterable, Comparable {
    case allow
    case stepUp = "step_up"
    case deny

    private var severity: Int {
        switch self {
        case .allow: 0
        case .stepUp: 1
        case .deny: 2
        }
    }

    public static func < (a: Outcome, b: Outcome) -> Bool { a.severity < b.severity }
}
