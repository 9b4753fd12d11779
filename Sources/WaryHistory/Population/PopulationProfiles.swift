import WaryVocabulary

/// Which of everyone's profiles. The kinds' code is above those of an account's, an address's and so on.
enum PopulationKey: Hashable, Sendable {
    /// The top of a chain.
    case root(isNet: Bool)
    case place(HabitPath.Step)
    case conduct(UInt32)
    case totals
    case scores

    var profile: ProfileKey {
        switch self {
        case .root(let isNet): Self.key(0x1000, isNet ? 0 : 1)
        case .place(let step): Self.key(0x1001 + UInt16(step.level.rawValue), step.name)
        case .conduct(let asn): Self.key(0x1010, UInt64(asn))
        case .totals: Self.key(0x1011, 0)
        case .scores: Self.key(0x1012, 0)
        }
    }

    private static func key(_ code: UInt16, _ name: UInt64) -> ProfileKey {
        ProfileKey(kinds: KeyKinds(code: code), hash: KeyedHash(high: name, low: 0))
    }
}

/// Accounts at one place, those of them (once for each) at the places below it, and how many different ones there are.
struct PopulationPlace: Hashable, Sendable {
    var accounts: UInt32 = 0
    var below: UInt32 = 0
    var distinct: UInt32 = 0
    /// An address that was found to be shared by far too many.
    var isCrowded = false

    init() {}

    init(_ section: Section) {
        guard section.count == 2 else { return }
        accounts = UInt32(truncatingIfNeeded: section[0])
        below = UInt32(truncatingIfNeeded: section[0] >> 32)
        distinct = UInt32(truncatingIfNeeded: section[1])
        isCrowded = section[1] >> 63 == 1
    }

    static func edit(_ section: inout Section, _ body: (inout PopulationPlace) -> Void) {
        var place = PopulationPlace(section)
        body(&place)
        section.replaceAll(with: [UInt64(place.below) << 32 | UInt64(place.accounts),
                                  UInt64(place.distinct) | (place.isCrowded ? 1 << 63 : 0)])
    }
}

/// Failures on accounts nobody has signed in to, and good sign-ins, fading.
struct ConductCounts: Hashable, Sendable {
    var failures = FadingCount()
    var successes = FadingCount()

    static let wordCount = 4

    init() {}

    init(_ section: Section) {
        if section.count == Self.wordCount { self.init(words: Array(section.payload)) } else { self.init() }
    }

    init(words: [UInt64]) {
        failures = FadingCount(weight: Double(bitPattern: words[0]), at: Instant(milliseconds: Int64(bitPattern: words[1])))
        successes = FadingCount(weight: Double(bitPattern: words[2]), at: Instant(milliseconds: Int64(bitPattern: words[3])))
    }

    var words: [UInt64] {
        [failures.weight.bitPattern, UInt64(bitPattern: failures.at.milliseconds),
         successes.weight.bitPattern, UInt64(bitPattern: successes.at.milliseconds)]
    }

    static func edit(_ section: inout Section, _ body: (inout ConductCounts) -> Void) {
        var counts = ConductCounts(section)
        body(&counts)
        section.replaceAll(with: counts.words)
    }
}

/// All good sign-ins, the accounts that had one, and everyone's conduct.
struct PopulationTotals: Hashable, Sendable {
    var signIns: UInt32 = 0
    var accounts: UInt32 = 0
    var conduct = ConductCounts()

    init(_ section: Section) {
        guard section.count == 1 + ConductCounts.wordCount else { return }
        signIns = UInt32(truncatingIfNeeded: section[0])
        accounts = UInt32(truncatingIfNeeded: section[0] >> 32)
        conduct = ConductCounts(words: Array(section.payload.dropFirst()))
    }

    static func edit(_ section: inout Section, _ body: (inout PopulationTotals) -> Void) {
        var totals = PopulationTotals(section)
        body(&totals)
        section.replaceAll(with: [UInt64(totals.accounts) << 32 | UInt64(totals.signIns)] + totals.conduct.words)
    }
}
