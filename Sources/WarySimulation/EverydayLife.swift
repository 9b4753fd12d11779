import WaryVocabulary

extension Person {
    static let hour: Int64 = 3_600_000

    /// What the app sends when this person signs in with a device from an address.
    func fields(device: Device, address: IPAddress, credential: CredentialState) -> EventFields {
        EventFields(account: account, ip: address, device: device.id, agent: device.agent, credential: credential,
                    credentialTag: credential == .invalid ? nil : credentialTag, app: "web", method: "password", factors: factors)
    }

    /// One day's sign-ins, mistyped passwords included.
    func day(starting midnight: Instant, away: World.Block?, generator: inout SeededGenerator) -> [SimulatedAttempt] {
        var attempts: [SimulatedAttempt] = []
        let whole = Int(rate)
        let count = whole + (generator.chance(rate - Double(whole)) ? 1 : 0)
        for _ in 0..<count {
            let hour = min(23.9, max(0, generator.normal(mean: habitualHour, deviation: 2)))
            var at = midnight + Int64(hour * Double(Self.hour))
            let device = generator.chance(0.65) ? devices[0] : generator.pick(devices)
            let address = addressOf(device, away: away, generator: &generator)
            while generator.chance(mistypes) {
                attempts.append(SimulatedAttempt(
                    at: at, fields: fields(device: device, address: address, credential: .invalid), actor: .owner,
                    passesFactor: true, note: "mistypes the password"))
                at = at + Int64.random(in: 4_000...20_000, using: &generator)
            }
            attempts.append(SimulatedAttempt(
                at: at, fields: fields(device: device, address: address, credential: .valid), actor: .owner,
                passesFactor: true, note: away.map { "travelling, in \($0.city.name)" }))
        }
        return attempts
    }

    private func addressOf(_ device: Device, away: World.Block?, generator: inout SeededGenerator) -> IPAddress {
        if let away { return away.address(Int.random(in: 0..<254, using: &generator)) }
        guard device.isMobile, generator.chance(0.5) else { return homeAddress }
        return carrier.address(Int.random(in: 0..<254, using: &generator))
    }
}
