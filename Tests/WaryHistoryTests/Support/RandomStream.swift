import WaryVocabulary

/// A stream of events with bursts, quiet stretches, equal instants, steps back in time and values of every kind.
struct RandomStream {
    struct Event {
        let at: Int64
        let value: Int
        let amount: Int64
        let isTurn: Bool
    }

    let window: Int64 = 600_000
    private var generator: SeededGenerator
    private var clock: Int64 = 1_700_000_000_000
    private let values: Int

    init(seed: UInt64, values: Int) {
        generator = SeededGenerator(seed: seed)
        self.values = values
    }

    mutating func next() -> Event {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0: clock += Int64.random(in: 0..<900_000, using: &generator)
        case 1..<10: clock += Int64.random(in: 0..<30_000, using: &generator)
        case 10..<50: clock += Int64.random(in: 0..<2_000, using: &generator)
        default: break
        }
        var at = clock
        if Int.random(in: 0..<20, using: &generator) == 0 { at -= Int64.random(in: 0..<300_000, using: &generator) }
        return Event(at: at, value: Int.random(in: 0..<values, using: &generator),
                     amount: Int64.random(in: -1_000...100_000, using: &generator),
                     isTurn: Int.random(in: 0..<150, using: &generator) == 0)
    }

    mutating func laterInstant() -> Int64 { clock + Int64.random(in: 0..<60_000, using: &generator) }
}
