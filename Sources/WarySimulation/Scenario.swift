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

    /// Leaves Paris in the morning and signs in from Tokyo in the evening: 9,700 km in fourteen hours, with the usual phone.
    private func flight(of traveller: Person, on midnight: Instant) -> [SimulatedAttempt] {
        guard let phone = traveller.devices.last, let hotel = world.blocks(.home).first(where: { $0.city.name == "Tokyo" }) else { return [] }
        return [(7.5, traveller.homeAddress, "before the flight"), (21.6, hotel.address(50), "landed in Tokyo")].map { hour, address, note in
            SimulatedAttempt(at: midnight + Int64(hour * Double(Person.hour)),
                             fields: traveller.fields(device: phone, address: address, credential: .valid), actor: .owner,
                             passesFactor: true, note: note)
        }
    }

    /// One day: everyday life, a traveller, credential stuffing, password spraying and a guessed password from abroad.
    public func dayWithAttacks(starting midnight: Instant) -> [SimulatedAttempt] {
        var generator = SeededGenerator(seed: seed &+ 2)
        let attacker = Attacker(world: world, people: people)
        let traveller = people.first { $0.home.name == "Paris" && $0.devices.count > 1 } ?? people[0]
        let victims = people.filter { $0.account != traveller.account }
        var attempts: [SimulatedAttempt] = []
        for person in victims { attempts += person.day(starting: midnight, away: nil, generator: &generator) }
        attempts += flight(of: traveller, on: midnight)
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
