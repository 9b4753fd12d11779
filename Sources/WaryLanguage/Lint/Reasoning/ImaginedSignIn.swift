import WaryVocabulary

/// A made-up sign-in that a policy is tried on: everything clean, but for what a check changes.
struct ImaginedSignIn: EvaluationSource {
    /// Known for a year, on the usual device, at the usual place.
    static let established: [SignalID: Reading] = [
        .account: .known(.text("someone")), .credential: .known(.text("valid")), .credentialBreached: .known(.bool(false)),
        .accountNew: .known(.bool(false)), .accountSignIns: .known(.int(400)), .accountAge: .known(.duration(400 * day)),
        .accountIdle: .known(.duration(day)), .ip: .known(.ip(IPAddress(v4: 0x5db8_d822))), .ipPrivate: .known(.bool(false)),
        .ipNew: .known(.bool(false)), .subnetNew: .known(.bool(false)), .networkNew: .known(.bool(false)),
        .networkASN: .known(.asn(4_199_999_999)), .networkName: .known(.text("An access provider")),
        .networkAnonymous: .known(.bool(false)), .networkHosting: .known(.bool(false)), .networkVPN: .known(.bool(false)),
        .networkProxy: .known(.bool(false)), .networkTor: .known(.bool(false)), .geoCountryNew: .known(.bool(false)),
        .geoAccuracy: .known(.distance(10_000)), .travelDistance: .known(.distance(0)), .travelElapsed: .known(.duration(day)),
        .travelSpeed: .known(.speed(0)), .deviceID: .known(.text("device")), .deviceNew: .known(.bool(false)),
        .deviceAge: .known(.duration(300 * day)), .agent: .known(.text(browser)), .agentBrowser: .known(.text("Firefox")),
        .agentOS: .known(.text("Windows")), .agentKind: .known(.text("desktop")), .agentNew: .known(.bool(false)),
        .timeNow: .known(.instant(Instant(milliseconds: 1_767_268_800_000))), .timeOfDay: .known(.timeOfDay(720)),
        .timeWeekday: .known(.weekday(.thursday)), .timeHour: .known(.int(12)), .timeUnusual: .known(.decimal(0)),
        .unfamiliarity: .known(.int(10)),
    ]
    private static let day: Int64 = 86_400_000
    private static let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"

    /// What changes for an account that nobody has signed in to: nothing is familiar, and nothing can be compared.
    static func brandNew(novelty: Reading) -> [SignalID: Reading] {
        let nothing = Reading.unknown(.noHistory), new = Reading.known(.bool(true))
        return established.merging([
            .accountNew: new, .accountSignIns: .known(.int(0)), .accountAge: nothing, .accountIdle: nothing, .ipNew: new,
            .subnetNew: new, .networkNew: novelty, .geoCountryNew: novelty, .travelDistance: nothing, .travelElapsed: nothing,
            .travelSpeed: nothing, .deviceNew: new, .deviceAge: nothing, .agentNew: novelty, .timeUnusual: nothing,
            .unfamiliarity: .known(.int(50)),
        ]) { $1 }
    }

    var signals: [SignalID: Reading]
    /// What inputs of type bool say; nil: not sent.
    var flags: Bool?
    /// What an aggregate has; nil: the value of an empty history.
    var aggregate: (AggregateDefinition) -> Reading?

    init(_ signals: [SignalID: Reading], flags: Bool? = nil, aggregate: @escaping (AggregateDefinition) -> Reading? = { _ in nil }) {
        self.signals = signals
        self.flags = flags
        self.aggregate = aggregate
    }

    mutating func signal(_ id: SignalID) -> Reading { signals[id] ?? .unknown(.notSent) }

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading {
        if input.type == .bool, let flags { return .known(.bool(flags)) }
        return .unknown(.notSent)
    }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading {
        if let reading = aggregate(definition) { return reading }
        switch definition.function {
        case .count, .distinct: return .known(.int(0))
        case .new: return .known(.bool(false))
        default: return .unknown(.noHistory)
        }
    }
}
