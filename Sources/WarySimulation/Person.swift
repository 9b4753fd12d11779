import WaryVocabulary

/// Somebody with a home, habits and a few devices.
public struct Person: Sendable {
    public struct Device: Sendable {
        /// Nil for a browser that keeps no cookie.
        public let id: String?
        public let agent: String
        public let isMobile: Bool
    }

    public let account: String
    public let home: World.City
    public let homeAddress: IPAddress
    /// Where the phone is when it is not at home.
    public let carrier: World.Block
    public let devices: [Device]
    /// The hour of the day, home time, around which sign-ins happen.
    public let habitualHour: Double
    /// Sign-ins a day on average.
    public let rate: Double
    /// How often the password is mistyped.
    public let mistypes: Double
    public let factors: FactorSet
    public let credentialTag: String

    static func random(number: Int, world: World, generator: inout SeededGenerator) -> Person {
        let name = firstNames[number % firstNames.count]
        let account = number < firstNames.count ? name : "\(name)\(number / firstNames.count + 1)"
        let home = generator.chance(0.8) ? world.cities[Int.random(in: 0..<4, using: &generator)] : generator.pick(world.cities)
        let line = generator.pick(world.blocks(.home, in: home))
        var devices = [Device(id: "d-\(hex(&generator))", agent: generator.pick(desktopAgents), isMobile: false)]
        if generator.chance(0.8) {
            devices.append(Device(id: "d-\(hex(&generator))", agent: generator.pick(mobileAgents), isMobile: true))
        }
        return Person(account: account, home: home, homeAddress: line.address(Int.random(in: 0..<254, using: &generator)),
                      carrier: generator.pick(world.blocks(.mobile, in: home)), devices: devices,
                      habitualHour: generator.chance(0.7) ? generator.normal(mean: 9.5, deviation: 1.5)
                          : generator.normal(mean: 20, deviation: 1.5),
                      rate: Double.random(in: 0.5...2.5, using: &generator), mistypes: generator.chance(0.2) ? 0.2 : 0.04,
                      factors: generator.chance(0.5) ? [.totp, .sms] : [.webauthn, .totp],
                      credentialTag: "fp-\(hex(&generator))")
    }

    private static func hex(_ generator: inout SeededGenerator) -> String {
        String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
    }

    static let firstNames = [
        "alice", "bruno", "chloe", "david", "emma", "farid", "gaelle", "hugo", "ines", "jules", "karim", "lea", "manon", "nils",
        "olga", "paul", "quentin", "rosa", "samir", "tess", "ugo", "vera", "will", "xenia", "yann", "zoe", "agnes", "boris",
        "carla", "denis", "elsa", "fanny", "gilles", "helene", "ivan", "jade", "kevin", "lucie", "marc", "nadia", "oscar",
        "pia", "remi", "sonia", "theo", "ursula", "victor", "wanda",
    ]

    static let desktopAgents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ]

    static let mobileAgents = [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    ]
}
