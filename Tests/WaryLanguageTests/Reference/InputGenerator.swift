import WaryVocabulary

/// Random readings for every signal, input and aggregate.
struct InputGenerator {
    var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func source(_ aggregates: [(text: String, type: ValueType)]) -> ScriptedSource {
        var source = ScriptedSource()
        for entry in SignalCatalogue.entries { source.signals[entry.id] = reading(entry.type, maybe: entry.maybe) }
        for input in PolicyGenerator.inputs { source.inputs[input.name] = reading(input.type, maybe: true) }
        for aggregate in aggregates { source.aggregates[aggregate.text] = reading(aggregate.type, maybe: true, mayFail: true) }
        return source
    }

    private mutating func reading(_ type: ValueType, maybe: Bool, mayFail: Bool = false) -> Reading {
        if mayFail, random.chance(4) { return .unavailable }
        if maybe, random.chance(35) { return .unknown(random.pick([.notSent, .noHistory, .notInDatabase])) }
        return .known(value(type))
    }

    private mutating func value(_ type: ValueType) -> Datum {
        switch type {
        case .bool: .bool(random.chance(50))
        case .int: .int(random.pick([0, 1, 3, 5, 40, 100, 9_000_000_000_000_000_000, -7]))
        case .decimal: .decimal(random.pick([0, 0.15, 0.5, 2.5, -1, 1e300]))
        case .text: .text(random.pick(["", "basic", "curl/8", "Ünïcodé", "valid", "pro", "Mozilla/5.0 (compatible) école é"]))
        case .duration: .duration(random.pick([0, 600_000, 7_200_000, 1, 90 * 86_400_000]))
        case .distance: .distance(random.pick([0, 200_000, 9_712_000]))
        case .speed: .speed(random.pick([0, 250, 8000]))
        case .instant: .instant(Instant(milliseconds: 1_767_268_800_000))
        case .timeOfDay: .timeOfDay(random.pick([0, 359, 360, 480, 1050, 1320, 1439]))
        case .weekday: .weekday(random.pick(Weekday.allCases))
        case .ip: .ip(IPAddress(random.pick(["198.51.100.7", "10.255.255.255", "11.0.0.0", "2001:db8:10::9", "2001:db8:11::"])) ?? IPAddress(v4: 0))
        case .network: .network(Network(IPAddress(v4: 0x0a00_0000), length: 8))
        case .asn: .asn(random.pick([64500, 64502]))
        case .country: .country(Country(random.pick(["FR", "JP", "DE", "US"])) ?? Country("FR")!)
        case .factor: .factor(.totp)
        case .point: .point(GeoPoint(latitude: 48.86, longitude: 2.35)!)
        case .set: .set(Factor.allCases.filter { _ in random.chance(40) }.map(Datum.factor))
        }
    }
}
