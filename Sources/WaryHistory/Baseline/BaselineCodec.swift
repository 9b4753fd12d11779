import WaryVocabulary

/// A baseline in words: counts; first and last instant; five words a recent sign-in; two a known value; six of hours; how
/// many user agents, and two words each; two a place of the habits.
extension AccountBaseline {
    init(section: Section, hasher: KeyHasher) {
        self.init(hasher: hasher)
        guard section.count >= 3 else { return }
        signIns = Int(section[0] >> 24)
        let recentCount = Int(section[0] & 0xff), knownCount = Int(section[0] >> 8 & 0xffff)
        if signIns > 0 {
            firstSignIn = Instant(milliseconds: Int64(bitPattern: section[1]))
            lastSignIn = Instant(milliseconds: Int64(bitPattern: section[2]))
        }
        let habitsStart = 3 + 5 * recentCount + 2 * knownCount
        guard section.count >= habitsStart else { return }
        recent = (0..<recentCount).map { Self.signIn(section, 3 + 5 * $0) }
        known = (0..<knownCount).map { Self.knownValue(section, 3 + 5 * recentCount + 2 * $0) }
        let rest = (habitsStart..<section.count).map { section[$0] }
        if rest.count >= HourHabit.wordCount, let hours = HourHabit(words: rest.prefix(HourHabit.wordCount)) {
            self.hours = hours
            let lines = Int(rest.dropFirst(HourHabit.wordCount).first ?? 0)
            let tail = rest.dropFirst(HourHabit.wordCount + 1)
            guard lines <= Limits.agentLines, tail.count >= 2 * lines else { return }
            agents = AgentHabit(words: tail.prefix(2 * lines))
            habits = HabitTree(words: tail.dropFirst(2 * lines))
        }
    }

    var words: [UInt64] {
        var words = [UInt64(signIns) << 24 | UInt64(known.count) << 8 | UInt64(recent.count),
                     UInt64(bitPattern: firstSignIn?.milliseconds ?? 0), UInt64(bitPattern: lastSignIn?.milliseconds ?? 0)]
        for signIn in recent {
            let five = Self.words(signIn)
            for index in five.indices { words.append(five[index]) }
        }
        for value in known {
            words.append(Stamp.pack(value.first.milliseconds, UInt64(Self.index(value.kind)) << 18 | value.tag >> 21))
            words.append(Stamp.pack(value.last.milliseconds, value.tag))
        }
        return words + hours.words + [UInt64(agents.lines.count)] + agents.words + habits.words
    }

    /// Those of a baseline that has learnt nothing.
    static let emptyWords: [UInt64] = [UInt64](repeating: 0, count: 3 + HourHabit.wordCount + 1) + HabitTree().words

    private static func index(_ kind: KeyKind) -> Int { kinds.firstIndex(of: kind) ?? 0 }

    private static func knownValue(_ section: Section, _ place: Int) -> KnownValue {
        let (first, last) = (section[place], section[place + 1])
        return KnownValue(kind: kinds[min(Int(Stamp.low(first) >> 18), kinds.count - 1)],
                          tag: (Stamp.low(first) & (1 << 18 - 1)) << 21 | Stamp.low(last),
                          first: Instant(milliseconds: Stamp.milliseconds(first)),
                          last: Instant(milliseconds: Stamp.milliseconds(last)))
    }

    private static let tagBits: UInt64 = 39
    private static let tagMask: UInt64 = 1 << 39 - 1
    private static let degree = 1e7

    /// Flags beside the instant say what is there: 1 host, 2 subnet, 4 AS, 8 country, 16 point, 32 accuracy, 64 whether
    /// anonymous is known, 128 anonymous.
    static func words(_ signIn: GoodSignIn) -> InlineArray<5, UInt64> {
        var flags: UInt64 = 0
        if signIn.hostTag != nil { flags |= 1 }
        if signIn.subnetTag != nil { flags |= 2 }
        if signIn.asn != nil { flags |= 4 }
        if signIn.country != nil { flags |= 8 }
        if signIn.point != nil { flags |= 16 }
        if signIn.accuracy != nil { flags |= 32 }
        if let anonymous = signIn.anonymous { flags |= anonymous ? 192 : 64 }
        let metres = UInt64(min(max(signIn.accuracy ?? 0, 0), Double(1 << 25 - 1)).rounded())
        var point: UInt64 = 0
        if let place = signIn.point {
            point = UInt64(UInt32(bitPattern: Int32((place.latitude * degree).rounded()))) << 32
                | UInt64(UInt32(bitPattern: Int32((place.longitude * degree).rounded())))
        }
        return [Stamp.pack(signIn.at.milliseconds, flags), (signIn.hostTag ?? 0) & tagMask | metres << tagBits,
                (signIn.subnetTag ?? 0) & tagMask | UInt64(signIn.country?.code ?? 0) << tagBits, UInt64(signIn.asn ?? 0), point]
    }

    private static func signIn(_ section: Section, _ place: Int) -> GoodSignIn {
        let flags = Stamp.low(section[place])
        var signIn = GoodSignIn(at: Instant(milliseconds: Stamp.milliseconds(section[place])))
        if flags & 1 != 0 { signIn.hostTag = section[place + 1] & tagMask }
        if flags & 2 != 0 { signIn.subnetTag = section[place + 2] & tagMask }
        if flags & 4 != 0 { signIn.asn = UInt32(truncatingIfNeeded: section[place + 3]) }
        if flags & 8 != 0 { signIn.country = Country(packed: UInt16(truncatingIfNeeded: section[place + 2] >> tagBits)) }
        if flags & 16 != 0 {
            let latitude = Int32(bitPattern: UInt32(truncatingIfNeeded: section[place + 4] >> 32))
            let longitude = Int32(bitPattern: UInt32(truncatingIfNeeded: section[place + 4]))
            signIn.point = GeoPoint(latitude: Double(latitude) / degree, longitude: Double(longitude) / degree)
        }
        if flags & 32 != 0 { signIn.accuracy = Double(section[place + 1] >> tagBits) }
        if flags & 64 != 0 { signIn.anonymous = flags & 128 != 0 }
        return signIn
    }
}
