import WaryVocabulary

/// Attacks on a population, each a stream of attempts from an instant on.
struct Attacker {
    let world: World
    let people: [Person]

    private static let scriptAgents = ["python-requests/2.32.3", "curl/8.9.1", "Go-http-client/2.0"]

    /// The right password of some people, a leak's wrong ones of many more, from one data-centre address in minutes.
    func stuffing(from start: Instant, attempts count: Int, generator: inout SeededGenerator) -> [SimulatedAttempt] {
        let block = generator.pick(world.blocks(.hosting))
        let address = block.address(7)
        let agent = generator.pick(Self.scriptAgents)
        return (0..<count).map { index in
            let known = generator.chance(0.25)
            let person = generator.pick(people)
            let isRight = known && generator.chance(0.3)
            let account = known ? person.account : "leaked\(1000 + index)"
            return attempt(.stuffing, at: start + Int64(index) * 4_000 + Int64.random(in: 0..<900, using: &generator),
                           account: account, address: address, agent: agent, device: nil,
                           credential: isRight ? .valid : .invalid, tag: "leak-\(index)", note: nil)
        }
    }

    /// One popular password on account after account, each from another home address.
    func spraying(from start: Instant, attempts count: Int, generator: inout SeededGenerator) -> [SimulatedAttempt] {
        let blocks = world.blocks(.home)
        let victims = people.shuffled(using: &generator)
        return (0..<count).map { index in
            let isRight = index == count - 2
            return attempt(.spraying, at: start + Int64(index) * 95_000 + Int64.random(in: 0..<60_000, using: &generator),
                           account: victims[index % victims.count].account,
                           address: generator.pick(blocks).address(Int.random(in: 0..<254, using: &generator)),
                           agent: generator.pick(Person.desktopAgents), device: "d-spray\(index)",
                           credential: isRight ? .valid : .invalid, tag: "fp-winter2026", note: nil)
        }
    }

    /// Guesses at one account from abroad until one is right.
    func guessing(at victim: Person, from start: Instant, attempts count: Int, generator: inout SeededGenerator) -> [SimulatedAttempt] {
        let abroad = world.blocks(.home).filter { $0.city.country != victim.home.country }
        let block = generator.pick(abroad)
        let agent = generator.pick(Person.desktopAgents)
        return (0..<count).map { index in
            attempt(.naive, at: start + Int64(index) * 41_000, account: victim.account, address: block.address(99), agent: agent,
                    device: "d-guess", credential: index == count - 1 ? .valid : .invalid, tag: "guess-\(index)",
                    note: index == count - 1 ? "has guessed the password" : nil)
        }
    }

    /// One sign-in with a stolen password, made to look as much like the victim as this kind of attacker can.
    func takeover(_ actor: Actor, of victim: Person, at instant: Instant, generator: inout SeededGenerator) -> SimulatedAttempt {
        let abroad = world.blocks(.home).filter { $0.city.country != victim.home.country }
        let domestic = world.blocks(.home).filter { $0.city.country == victim.home.country }
        let block: World.Block = switch actor {
        case .vpn: generator.pick(world.blocks(.vpn))
        case .targeted: generator.pick(domestic.isEmpty ? abroad : domestic)
        case .cloned: world.block(of: victim.homeAddress) ?? generator.pick(abroad)
        case .phished: generator.pick(world.blocks(.hosting))
        case .cluster: world.blocks(.hosting)[Int.random(in: 0..<3, using: &generator)]
        default: generator.pick(abroad)
        }
        let knowsAgent = [.targeted, .cloned, .phished].contains(actor)
        return attempt(actor, at: instant, account: victim.account,
                       address: block.address(Int.random(in: 0..<254, using: &generator)),
                       agent: knowsAgent ? victim.devices[0].agent : generator.pick(Person.desktopAgents),
                       device: actor == .phished ? victim.devices[0].id : "d-\(actor.rawValue)",
                       credential: .valid, tag: victim.credentialTag, note: "with a stolen password")
    }

    /// A guess every few hours, each from another address.
    func lowAndSlow(at victim: Person, from start: Instant, attempts count: Int, generator: inout SeededGenerator) -> [SimulatedAttempt] {
        (0..<count).map { index in
            attempt(.lowAndSlow, at: start + Int64(index) * 2 * Person.hour + Int64.random(in: 0..<600_000, using: &generator),
                    account: victim.account,
                    address: generator.pick(world.blocks(.home)).address(Int.random(in: 0..<254, using: &generator)),
                    agent: generator.pick(Person.desktopAgents), device: nil, credential: .invalid, tag: "slow-\(index)", note: nil)
        }
    }

    private func attempt(_ actor: Actor, at: Instant, account: String, address: IPAddress, agent: String, device: String?,
                         credential: CredentialState, tag: String, note: String?) -> SimulatedAttempt {
        SimulatedAttempt(
            at: at,
            fields: EventFields(account: account, ip: address, device: device, agent: agent, credential: credential,
                                credentialTag: tag, app: "web", method: "password",
                                factors: people.first { $0.account == account }?.factors),
            actor: actor, passesFactor: actor == .phished, note: note)
    }
}
