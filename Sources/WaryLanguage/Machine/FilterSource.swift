import Synchronization
import WaryVocabulary

/// Compiles an aggregate's `where` into what history calls for each event.
enum FilterCompiler {
    static func filter(_ condition: Term, lists: [CheckedPolicy.List], inputs: [CheckedPolicy.Input], regexes: [Regex],
                       limits: LanguageLimits) -> EventFilter {
        var policy = CheckedPolicy(nameRange: condition.range, decideRange: condition.range)
        policy.lists = lists
        policy.inputs = inputs
        policy.regexes = regexes
        let program = ProgramCompiler.filter(condition, in: policy, limits: limits)
        let pool = RegisterPool(program)
        return EventFilter { fields in
            var source = FilterSource(fields: fields)
            let registers = pool.take()
            registers.reset()
            Interpreter(registers).run(&source)
            defer { pool.giveBack(registers) }
            return registers.states[program.score] == SlotState.known && registers.words[program.score].isTrue
        }
    }
}

/// Registers that filters use over and over: history calls them for every event.
///
// SAFETY: the idle registers are reached under the lock only, and one that is taken out belongs to its taker alone until it
// is given back, so no two threads ever touch the same ones.
private final class RegisterPool: @unchecked Sendable {
    private let program: Program
    private let lock = Mutex(())
    private var idle: [Registers] = []

    init(_ program: Program) { self.program = program }

    func take() -> Registers { lock.withLock { _ in idle.popLast() } ?? Registers(program) }

    func giveBack(_ registers: Registers) { lock.withLock { _ in idle.append(registers) } }
}

/// An event's own fields as a filter reads them.
struct FilterSource: EvaluationSource {
    /// Marks the slots of keys that are no signal; no input's name has a colon.
    static let prefix = "key:"
    let fields: EventFields

    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading {
        if input.name.hasPrefix(Self.prefix), let kind = KeyKind(rawValue: String(input.name.dropFirst(Self.prefix.count))) {
            return reading(fields.value(of: kind))
        }
        return reading(fields.inputs[input.name])
    }

    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading { .unknown(.failed) }

    mutating func signal(_ id: SignalID) -> Reading {
        switch id {
        case .account: .known(.text(fields.account))
        case .tenant: reading(fields.tenant.map(Datum.text))
        case .app: reading(fields.app.map(Datum.text))
        case .channel: reading(fields.channel.map(Datum.text))
        case .method: reading(fields.method.map(Datum.text))
        case .credential: .known(.text(fields.credential.rawValue))
        case .credentialBreached: reading(fields.credentialBreached.map(Datum.bool))
        case .accountFactors: reading(fields.factors.map { .set($0.factors.map(Datum.factor)) })
        case .ip: reading(fields.ip.map(Datum.ip))
        case .ipPrivate: reading(fields.ip.map { .bool($0.isPrivate) })
        case .deviceID: reading(fields.device.map(Datum.text))
        case .agent: reading(fields.agent.map(Datum.text))
        default: whereabouts(id)
        }
    }

    private func whereabouts(_ id: SignalID) -> Reading {
        switch id {
        case .networkASN: reading(fields.network.asn.map(Datum.asn))
        case .networkName: reading(fields.network.name.map(Datum.text))
        case .networkAnonymous: reading(fields.network.anonymous.map(Datum.bool))
        case .networkHosting: reading(fields.network.hosting.map(Datum.bool))
        case .networkVPN: reading(fields.network.vpn.map(Datum.bool))
        case .networkProxy: reading(fields.network.proxy.map(Datum.bool))
        case .networkTor: reading(fields.network.tor.map(Datum.bool))
        case .geoCountry: reading(fields.position.country.map(Datum.country))
        case .geoRegion: reading(fields.position.region.map(Datum.text))
        case .geoCity: reading(fields.position.city.map(Datum.text))
        case .geoPoint: reading(fields.position.point.map(Datum.point))
        case .geoAccuracy: reading(fields.position.accuracy.map(Datum.distance))
        default: .unknown(.failed)
        }
    }

    private func reading(_ datum: Datum?) -> Reading { datum.map(Reading.known) ?? .unknown(.notSent) }
}
