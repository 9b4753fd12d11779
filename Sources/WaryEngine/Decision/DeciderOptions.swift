import WarySignals
import WaryVocabulary

/// Whose clock an engine goes by.
public enum ClockMode: Sendable, Hashable {
    /// The wall clock at arrival; requests that carry `at` are refused.
    case live
    /// Every request but `ping` carries `at`, never before the one before it.
    case replay
    /// `at` where a request has it, else the wall clock: the command line on stored history.
    case offline
}

/// How an engine decides, whatever its policies.
public struct DeciderOptions: Sendable {
    public var clock: ClockMode
    /// Where addresses are; nil where no database is configured.
    public var positions: PositionDatabases?
    /// What reads user agents: uap-core's expressions, or the small table of our own.
    public var agents: AgentReader
    /// Inputs that no policy declares are dropped instead of refused.
    public var ignoresUndeclaredInputs: Bool
    /// The proxies whose word on a client's address is believed.
    public var trustedProxies: [Network] = []
    /// What `ping` answers.
    public var programVersion: String

    public init(clock: ClockMode = .live, positions: PositionDatabases? = nil, agents: AgentReader = .builtIn,
                ignoresUndeclaredInputs: Bool = false, programVersion: String = Version.current) {
        self.clock = clock
        self.positions = positions
        self.agents = agents
        self.ignoresUndeclaredInputs = ignoresUndeclaredInputs
        self.programVersion = programVersion
    }
}
