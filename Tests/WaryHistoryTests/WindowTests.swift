import Testing
import WaryHistory
import WaryVocabulary

/// Every window against a list of all events, on random streams.
@Suite struct WindowTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]

    private struct Fixture {
        let history = History.inMemory()
        var events: [RandomStream.Event] = []
        var stream: RandomStream
        let window: Int64

        init(seed: UInt64, values: Int = 40) {
            stream = RandomStream(seed: seed, values: values)
            window = stream.window
        }

        func aggregate(_ function: AggregateDefinition.Function, _ field: String? = nil, _ type: ValueType? = nil) -> AggregateDefinition {
            AggregateDefinition(function: function, field: field, fieldType: type, event: Self.kind, keys: [.account],
                                extent: .within(milliseconds: window), text: "\(function)(\(field ?? ""))")
        }

        static let kind = EventKind(rawValue: "tick")

        func fields(_ event: RandomStream.Event?) -> EventFields {
            var fields = EventFields(account: "a")
            if let event { fields.inputs = ["value": .int(Int64(event.value)), "amount": .int(event.amount)] }
            return fields
        }

        mutating func record() throws {
            let event = stream.next()
            events.append(event)
            let at = Instant(milliseconds: event.at)
            if event.isTurn { try history.recordEvent(.passwordChanged, fields(nil), at: at) }
            try history.recordEvent(Self.kind, fields(event), at: at)
        }

        func inWindow(_ now: Int64) -> [RandomStream.Event] { events.filter { $0.at > now - window && $0.at <= now } }

        func read(_ aggregate: AggregateDefinition, _ now: Int64) throws -> Reading {
            try history.value(of: aggregate, for: fields(nil), at: Instant(milliseconds: now))
        }

        func int(_ aggregate: AggregateDefinition, _ now: Int64) throws -> Int {
            guard case .known(.int(let value)) = try read(aggregate, now) else { return -1 }
            return Int(value)
        }
    }

    @Test(arguments: seeds) func countsAreExactTo128AndWithinTwoPercentAbove(seed: UInt64) throws {
        var fixture = Fixture(seed: seed)
        let count = fixture.aggregate(.count)
        try fixture.history.use([count])
        var worst = 0.0
        for step in 0..<4_000 {
            try fixture.record()
            guard step % 7 == 0 else { continue }
            let now = fixture.stream.laterInstant(), wanted = fixture.inWindow(now).count
            let got = try fixture.int(count, now)
            if wanted <= 128 { try #require(got == wanted, "seed \(seed), step \(step)") } else {
                worst = max(worst, abs(Double(got - wanted)) / Double(wanted))
            }
        }
        #expect(worst <= 0.02, "seed \(seed)")
    }

    @Test(arguments: seeds) func distinctCountsAreExactTo128(seed: UInt64) throws {
        var fixture = Fixture(seed: seed, values: 300)
        let distinct = fixture.aggregate(.distinct, "value", .int)
        try fixture.history.use([distinct])
        for step in 0..<3_000 {
            try fixture.record()
            guard step % 7 == 0 else { continue }
            let now = fixture.stream.laterInstant(), wanted = Set(fixture.inWindow(now).map(\.value)).count
            let got = try fixture.int(distinct, now)
            if wanted <= 128 { try #require(got == wanted, "seed \(seed), step \(step)") } else {
                #expect(abs(Double(got - wanted)) / Double(wanted) <= 0.1, "seed \(seed), step \(step)")
            }
        }
    }

    @Test func manyDistinctValuesAreWithinFivePercentNineteenTimesInTwenty() throws {
        var readings = 0, close = 0
        for seed in Self.seeds {
            var fixture = Fixture(seed: seed, values: 1_000_000)
            let distinct = fixture.aggregate(.distinct, "value", .int)
            try fixture.history.use([distinct])
            for step in 0..<4_000 {
                try fixture.record()
                guard step > 500, step % 50 == 0 else { continue }
                let now = fixture.stream.laterInstant(), wanted = Set(fixture.inWindow(now).map(\.value)).count
                guard wanted > 128 else { continue }
                readings += 1
                if abs(Double(try fixture.int(distinct, now) - wanted)) / Double(wanted) <= 0.05 { close += 1 }
            }
        }
        #expect(Double(close) >= 0.95 * Double(readings), "\(close) of \(readings)")
    }

    @Test(arguments: seeds) func extremesAndTotals(seed: UInt64) throws {
        var fixture = Fixture(seed: seed)
        let largest = fixture.aggregate(.max, "amount", .int), smallest = fixture.aggregate(.min, "amount", .int)
        let sum = fixture.aggregate(.sum, "amount", .int), mean = fixture.aggregate(.avg, "amount", .int)
        try fixture.history.use([largest, smallest, sum, mean])
        for step in 0..<3_000 {
            try fixture.record()
            guard step % 7 == 0 else { continue }
            let now = fixture.stream.laterInstant(), amounts = fixture.inWindow(now).map(\.amount)
            #expect(try fixture.read(largest, now) == (amounts.max().map { .known(.int($0)) } ?? .unknown(.noHistory)), "seed \(seed)")
            #expect(try fixture.read(smallest, now) == (amounts.min().map { .known(.int($0)) } ?? .unknown(.noHistory)), "seed \(seed)")
            if amounts.count <= 128, !amounts.isEmpty {
                let total = amounts.reduce(0, +)
                #expect(try fixture.read(sum, now) == .known(.int(total)), "seed \(seed)")
                let rounded = (Double(total) / Double(amounts.count)).rounded(.toNearestOrAwayFromZero)
                #expect(try fixture.read(mean, now) == .known(.int(Int64(rounded))), "seed \(seed)")
            }
        }
    }

    @Test(arguments: seeds) func countsSinceAnotherEvent(seed: UInt64) throws {
        var fixture = Fixture(seed: seed)
        let since = AggregateDefinition(function: .count, event: Fixture.kind, keys: [.account],
                                        extent: .since(.passwordChanged), text: "since")
        try fixture.history.use([since])
        for step in 0..<2_000 {
            try fixture.record()
            guard step % 5 == 0 else { continue }
            let turn = fixture.events.lastIndex { $0.isTurn && $0.at == fixture.events.filter(\.isTurn).map(\.at).max() }
            let now = fixture.stream.laterInstant()
            // At the turn's own instant, what was recorded before it counts no more.
            let wanted = fixture.events.enumerated().filter { index, event in
                guard let turn else { return true }
                return event.at > fixture.events[turn].at || (event.at == fixture.events[turn].at && index >= turn)
            }
            if wanted.count <= 128 { try #require(try fixture.int(since, now) == wanted.count, "seed \(seed), step \(step)") }
        }
    }

    @Test func evenlySpacedEventsAreRegular() throws {
        let history = History.inMemory()
        let regular = AggregateDefinition(function: .regular, event: .registration, keys: [.ip],
                                          extent: .within(milliseconds: 3_600_000), text: "regular")
        try history.use([regular])
        let fields = EventFields(account: "a", ip: IPAddress("192.0.2.1"))
        var now: Int64 = 1_700_000_000_000
        for event in 0..<10 {
            let reading = try history.value(of: regular, for: fields, at: Instant(milliseconds: now))
            #expect(reading == (event < 4 ? .unknown(.noHistory) : .known(.decimal(1))))
            try history.recordEvent(.registration, fields, at: Instant(milliseconds: now))
            now += 10_000
        }
        try history.recordEvent(.registration, fields, at: Instant(milliseconds: now + 300_000))
        let reading = try history.value(of: regular, for: fields, at: Instant(milliseconds: now + 300_000))
        #expect(reading == .known(.decimal(0)))
    }

    @Test func lastFirstAndElapsed() throws {
        let history = History.inMemory()
        func ever(_ function: AggregateDefinition.Function, _ field: String?) -> AggregateDefinition {
            AggregateDefinition(function: function, field: field, event: .registration, keys: [.account], extent: .ever, text: "\(function)")
        }
        let last = ever(.last, "device"), first = ever(.first, "device"), elapsed = ever(.elapsed, nil)
        try history.use([last, first, elapsed])
        let start = Instant(milliseconds: 1_700_000_000_000)
        func read(_ aggregate: AggregateDefinition) throws -> Reading {
            try history.value(of: aggregate, for: EventFields(account: "a"), at: start + 10_000)
        }
        #expect(try read(last) == .unknown(.noHistory))
        for (device, offset) in [("b", 2_000), ("a", 1_000), ("c", 3_000), ("d", 2_500)] as [(String, Int64)] {
            try history.recordEvent(.registration, EventFields(account: "a", device: device), at: start + offset)
        }
        #expect(try read(last) == .known(.text("c")))
        #expect(try read(first) == .known(.text("a")))
        #expect(try read(elapsed) == .known(.duration(7_000)))
    }
}
