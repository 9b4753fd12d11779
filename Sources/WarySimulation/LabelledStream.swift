import WaryVocabulary

/// Months of a population's sign-ins with attacks of every kind among them, to measure models on. The same from the same
/// seed.
public struct LabelledStream: Sendable {
    /// In order; the fields carry what databases would say of the address.
    public let attempts: [SimulatedAttempt]

    /// - Parameters:
    ///   - days: how long it goes on; attacks come in the second half, when there is a past to tell them from.
    ///   - attacksOfAKind: takeovers of each kind; of guesses there are more.
    public init(seed: UInt64, people count: Int = 200, days: Int = 90, attacksOfAKind: Int = 120) {
        let scenario = Scenario(seed: seed, people: count)
        var generator = SeededGenerator(seed: seed &+ 3)
        let start = Instant(milliseconds: 1_767_225_600_000)  // 2026-01-01T00:00:00Z
        var attempts = Self.everydayLife(scenario, days: days, from: start, &generator)
        let half = start + Int64(days / 2) * Scenario.day
        attempts += Self.attacks(scenario, from: half, days: days - days / 2, ofAKind: attacksOfAKind, &generator)
        let world = scenario.world
        self.attempts = attempts.sorted { $0.at < $1.at }.map { attempt in
            var attempt = attempt
            if let block = attempt.fields.ip.flatMap(world.block(of:)) {
                attempt.fields.position = block.position
                attempt.fields.network = block.facts
            }
            attempt.fields.agent = attempt.fields.agent.map { Self.updated($0, after: (attempt.at - start) / Scenario.day, of: Int64(days)) }
            return attempt
        }
    }

    private static func everydayLife(_ scenario: Scenario, days: Int, from start: Instant,
                                     _ generator: inout SeededGenerator) -> [SimulatedAttempt] {
        let foreign = scenario.world.blocks(.home)
        var journeys: [String: (block: World.Block, until: Int)] = [:]
        var attempts: [SimulatedAttempt] = []
        for day in 0..<days {
            for person in scenario.people {
                if let journey = journeys[person.account], journey.until < day { journeys[person.account] = nil }
                if journeys[person.account] == nil, generator.chance(0.01) {
                    journeys[person.account] = (generator.pick(foreign), day + Int.random(in: 1...6, using: &generator))
                }
                attempts += person.day(starting: start + Int64(day) * Scenario.day, away: journeys[person.account]?.block,
                                       generator: &generator)
            }
        }
        return attempts
    }

    private static func attacks(_ scenario: Scenario, from start: Instant, days: Int, ofAKind count: Int,
                                _ generator: inout SeededGenerator) -> [SimulatedAttempt] {
        let attacker = Attacker(world: scenario.world, people: scenario.people)
        func moment(_ generator: inout SeededGenerator) -> Instant {
            start + Int64.random(in: 0..<Int64(max(1, days)) * Scenario.day, using: &generator)
        }
        var attempts: [SimulatedAttempt] = []
        for actor: Actor in [.naive, .vpn, .targeted, .cloned, .phished, .cluster] {
            for _ in 0..<count {
                attempts.append(attacker.takeover(actor, of: generator.pick(scenario.people), at: moment(&generator), generator: &generator))
            }
        }
        for _ in 0..<max(1, count / 20) {
            attempts += attacker.stuffing(from: moment(&generator), attempts: 60, generator: &generator)
            attempts += attacker.spraying(from: moment(&generator), attempts: 30, generator: &generator)
            attempts += attacker.lowAndSlow(at: generator.pick(scenario.people), from: moment(&generator), attempts: 12, generator: &generator)
        }
        return attempts
    }

    /// Browsers are updated about once a month: at the end they have the version they are named with, before an older one.
    private static func updated(_ agent: String, after day: Int64, of days: Int64) -> String {
        let behind = (days - day) / 28
        guard behind > 0 else { return agent }
        for version in [144, 142, 141] as [Int64] where agent.contains("/\(version).") {
            return agent.replacing("/\(version).", with: "/\(version - behind).")
        }
        return agent
    }
}
