import WaryLanguage
import WaryVocabulary

/// Answers at once, as a decision whose counts are in hand does.
struct ReadySource: EvaluationSource {
    private let signals: [Reading]
    private let counts: [Reading]

    init(_ policy: CompiledPolicy, signals: [SignalID: Reading], counts: [Int64]) {
        self.signals = Self.order.map { signals[$0] ?? .unknown(.notInDatabase) }
        self.counts = policy.aggregates.indices.map { .known(.int(counts[$0 % counts.count])) }
    }

    private static let order: [SignalID] = [
        .travelSpeed, .travelDistance, .ip, .agent, .networkASN, .deviceNew, .accountNew, .geoCountryNew, .accountIdle, .networkAnonymous,
        .unfamiliarity, .timeOfDay, .accountSignIns, .accountFactors,
    ]

    mutating func signal(_ id: SignalID) -> Reading {
        switch id {
        case .travelSpeed: signals[0]
        case .travelDistance: signals[1]
        case .ip: signals[2]
        case .agent: signals[3]
        case .networkASN: signals[4]
        case .deviceNew: signals[5]
        case .accountNew: signals[6]
        case .geoCountryNew: signals[7]
        case .accountIdle: signals[8]
        case .networkAnonymous: signals[9]
        case .unfamiliarity: signals[10]
        case .timeOfDay: signals[11]
        case .accountSignIns: signals[12]
        default: signals[13]
        }
    }
    mutating func input(_ index: Int, _ input: PolicyInput) -> Reading { .unknown(.notSent) }
    mutating func aggregate(_ index: Int, _ definition: AggregateDefinition) -> Reading { counts[index] }
}
