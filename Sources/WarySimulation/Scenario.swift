import WaryVocabulary

/// A population's life over some days with attacks hidden in it, the same from the same seed.
public struct Scenario: Sendable {
    public let world: World
    public let people: [Person]
    private let seed: UInt64

    public init(seed: UInt64, people count: Int) {
        var generator = SeededGenerator(seed: seed)
        let world = World()
        self.world = world
        self.seed = seed
        people = (0..<count).map { Person.random(number: $0, world: world, generator: &generator) }
    }

    static let day: Int64 = 86_400_000

    /// What nobody but the owners did over the days before `midnight`, in order.
    public func past(days: Int, before midnight: Instant) -> [SimulatedAttempt] {
        var generator = SeededGenerator(seed: seed &+ 1)
        var attempts: [SimulatedAttempt] = []
        for day in 1...max(1, days) {
            for person in people {
                attempts += person.day(starting: midnight - Int64(day) * Self.day, away: nil, generator: &generator)
            }
        }
        return attempts.sorted { $0.at < $1.at }
    }

    /// One day: everyday life, a traveller, credential stuffing, password spraying and a guessed password from abroad.
    public func dayWithAttacks(starting midnight: Instant) -> [SimulatedAttempt] {
        var generator = SeededGenerator(seed: seed &+ 2)
        let attacker = Attacker(world: world, people: people)
        let traveller = people.first { $0.home.country == Country("FR") && $0.devices.count > 1 } ?? people[0]
        let victims = people.filter { $0.account != traveller.account }
        var attempts: [SimulatedAttempt] = []
        for person in people {
            let away = person.account == traveller.account
                ? world.blocks(.home).first { $0.city.name == "Tokyo" } : nil
            attempts += person.day(starting: midnight, away: away, generator: &generator)
        }
        attempts += attacker.stuffing(from: midnight + 3 * Person.hour, attempts: 60, generator: &generator)
        attempts += attacker.spraying(from: midnight + 11 * Person.hour, attempts: 24, generator: &generator)
        attempts += attacker.guessing(at: victims[3 % victims.count], from: midnight + 14 * Person.hour, attempts: 7,
                                      generator: &generator)
        let kinds: [Actor] = [.naive, .vpn, .targeted, .phished]
        for (index, actor) in kinds.enumerated() {
            let at = midnight + Int64(16 + index) * Person.hour + Int64.random(in: 0..<Person.hour, using: &generator)
            attempts.append(attacker.takeover(actor, of: victims[(7 + index * 5) % victims.count], at: at, generator: &generator))
        }
        attempts += attacker.lowAndSlow(at: victims[1 % victims.count], from: midnight, attempts: 12, generator: &generator)
        return attempts.sorted { $0.at < $1.at }
    }
}
