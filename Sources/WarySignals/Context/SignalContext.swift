import WaryHistory
import WaryVocabulary

/// All that the signals of one decision are computed from. Each signal is one function of it; what several need (the
/// journey since the last good sign-in, the local time) is computed once, when first asked.
public struct SignalContext {
    /// The event as it was sent, with the overrides of what the app or a database would have given.
    public let event: EventFields
    let whereabouts: Whereabouts
    /// Nil when history cannot be read.
    let baseline: AccountBaseline?
    let now: Instant
    /// What history knows of such sign-ins, for the statistical model; nil while history is unavailable, or where nothing
    /// asks for the model. Given after `init`, since history wants the event as it is then, with what the agent says.
    public var evidence: HabitEvidence? { didSet { modelled = nil } }
    private let overrides: [SignalID: Datum]
    private var journey: Journey?
    private var localTime: LocalTime?
    private var modelled: Unfamiliarity?
    var isDeviceKnown: Bool?

    /// - Parameters:
    ///   - whereabouts: what the databases say of the event's address. Where the event itself carries a position or
    ///     network facts (a policy's test, an import), those stand instead.
    ///   - baseline: the account's good sign-ins so far; nil when history is unavailable.
    ///   - agents: reads the user agent where the event does not carry what it says already.
    ///   - timeZone: the policy's, an IANA name; used where the address has none.
    ///   - overrides: values given directly, in a policy's test or a what-if. What is computed from them follows them.
    public init(event: EventFields, whereabouts: Whereabouts, baseline: AccountBaseline?, now: Instant,
                timeZone: String? = nil, overrides: [SignalID: Datum] = [:],
                agents: AgentReader = .builtIn) {
        var fields = event
        if fields.position == Position() { fields.position = whereabouts.position }
        if fields.network == NetworkFacts() { fields.network = whereabouts.network }
        if fields.placeReasons == nil { fields.placeReasons = whereabouts.reasons }
        for (id, datum) in overrides { fields.apply(id, datum) }
        if fields.agentFacts == nil { fields.agentFacts = fields.agent.map(agents.facts) }
        if fields.utcOffset == nil { fields.utcOffset = LocalTime.offset(at: now, in: [fields.position.timeZone, timeZone]) }
        self.event = fields
        self.whereabouts = whereabouts
        self.baseline = baseline
        self.now = now
        self.overrides = overrides
    }

    /// A signal's value, or why there is none.
    public mutating func read(_ id: SignalID) -> Reading {
        if let datum = overrides[id] { return .known(datum) }
        return switch id {
        case .account: .known(.text(event.account))
        case .tenant: sent(event.tenant)
        case .app: sent(event.app)
        case .channel: sent(event.channel)
        case .method: sent(event.method)
        case .credential: .known(.text(event.credential.rawValue))
        case .credentialBreached: credentialBreached
        case .accountNew: accountNew
        case .accountSignIns: accountSignIns
        case .accountAge: accountAge
        case .accountIdle: accountIdle
        case .accountFactors: accountFactors
        case .ip: address
        case .ipPrivate: addressPrivate
        case .ipNew: isNew(.ip, otherwise: .notSent)
        case .subnetNew: isNew(.subnet, otherwise: .notSent)
        case .networkASN: networkASN
        case .networkName: networkName
        case .networkNew: isNew(.network, otherwise: missingNetwork)
        case .networkAnonymous: networkFlag(event.network.anonymous)
        case .networkHosting: networkFlag(event.network.hosting)
        case .networkVPN: networkFlag(event.network.vpn)
        case .networkProxy: networkFlag(event.network.proxy)
        case .networkTor: networkFlag(event.network.tor)
        case .geoCountry: country
        case .geoRegion: region
        case .geoCity: city
        case .geoPoint: point
        case .geoAccuracy: accuracy
        case .geoCountryNew: isNew(.country, otherwise: missingCountry)
        case .travelDistance: currentJourney.distance
        case .travelElapsed: currentJourney.elapsed
        case .travelSpeed: currentJourney.speed
        case .deviceID: sent(event.device)
        case .deviceNew: deviceNew
        case .deviceAge: deviceAge
        case .agent: sent(event.agent)
        case .agentBrowser: agentBrowser
        case .agentOS: agentOS
        case .agentKind: agentKind
        case .agentNew: agentNew
        case .timeNow: .known(.instant(now))
        case .timeOfDay: .known(.timeOfDay(currentTime.minuteOfDay))
        case .timeWeekday: .known(.weekday(currentTime.weekday))
        case .timeHour: .known(.int(Int64(currentTime.hour)))
        case .timeUnusual: timeUnusual
        case .unfamiliarity: unfamiliarityReading
        }
    }

    /// The journey since the last good sign-in.
    private var currentJourney: Journey {
        mutating get {
            if let journey { return journey }
            let computed = Journey(of: self)
            journey = computed
            return computed
        }
    }

    /// The clock where the address is, else in the policy's time zone, else UTC.
    var currentTime: LocalTime {
        mutating get {
            if let localTime { return localTime }
            let computed = LocalTime(at: now, offset: event.utcOffset ?? 0)
            localTime = computed
            return computed
        }
    }

    /// The statistical model's word, with all its terms; nil while history is unavailable.
    public var unfamiliarity: Unfamiliarity? {
        mutating get {
            if let modelled { return modelled }
            guard let evidence, let baseline else { return nil }
            let computed = Unfamiliarity(terms: modelTerms(evidence, baseline), scores: evidence.scores)
            modelled = computed
            return computed
        }
    }

    /// What the app sent, or that it did not.
    private func sent(_ text: String?) -> Reading {
        text.map { .known(.text($0)) } ?? .unknown(.notSent)
    }
}

extension SignalContext {
    /// Whether the account's good sign-ins are without this event's value of a key.
    func isNew(_ kind: KeyKind, otherwise reason: UnknownReason) -> Reading {
        guard let value = event.value(of: kind) else { return .unknown(reason) }
        guard let baseline else { return .unavailable }
        return .known(.bool(!baseline.knows(kind, value)))
    }
}

extension Optional where Wrapped == Datum {
    /// The value, or the reason why there is none.
    func reading(otherwise reason: UnknownReason) -> Reading {
        map { .known($0) } ?? .unknown(reason)
    }
}
