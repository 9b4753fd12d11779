import WaryVocabulary

/// Learns into a baseline as it is stored: a good sign-in changes some words in place, where decoding and encoding all of
/// them would cost ten times as much. The layout is `AccountBaseline`'s.
enum BaselineSection {
    private static let head = 3
    private static let recentWords = 5
    private static let knownWords = 2

    /// Good sign-ins so far.
    static func signIns(_ section: Section) -> Int { section.count >= head ? Int(section[0] >> 24) : 0 }

    /// Takes in a good sign-in. Their order does not matter. One from a crowded address teaches nothing about places.
    static func learn(_ fields: EventFields, _ hashes: inout EventHashes, at: Instant, isCrowded: Bool, names: SipHash, in section: inout Section) {
        let path = hashes.path(fields)
        guard !isCrowded else {
            var others = hashes.withoutPlace
            return learn(fields.withoutPlace, path.withoutPlace, &others, at, names, &section)
        }
        learn(fields, path, &hashes, at, names, &section)
    }

    private static func learn(_ fields: EventFields, _ path: HabitPath, _ hashes: inout EventHashes, _ at: Instant,
                              _ names: SipHash, _ section: inout Section) {
        if section.count < head { section.replaceAll(with: AccountBaseline.emptyWords) }
        let instant = UInt64(bitPattern: at.milliseconds)
        let isFirst = section[0] >> 24 == 0
        section[1] = isFirst ? instant : UInt64(bitPattern: min(Int64(bitPattern: section[1]), at.milliseconds))
        section[2] = isFirst ? instant : UInt64(bitPattern: max(Int64(bitPattern: section[2]), at.milliseconds))
        section[0] += 1 << 24
        let host = hashes.key(.ip, fields).map(KnownValue.tag), subnet = hashes.key(.subnet, fields).map(KnownValue.tag)
        note(GoodSignIn(at: at, hostTag: host, subnetTag: subnet, asn: fields.network.asn, country: fields.position.country,
                        point: fields.position.point, accuracy: fields.position.accuracy, anonymous: fields.network.anonymous), &section)
        for (index, kind) in AccountBaseline.kinds.enumerated() {
            if let hash = hashes.key(kind, fields) { meet(UInt64(index), KnownValue.tag(hash), at, &section) }
        }
        let hours = hours(section)
        let hour = HourHabit.hour(of: at, utcOffset: fields.utcOffset), shift = UInt64(16 * (hour % 4))
        if section[hours + hour / 4] >> shift & 0xffff < 0xffff { section[hours + hour / 4] += 1 << shift }
        learnAgent(fields, at, names, at: hours + HourHabit.wordCount, &section)
        let places = hours + HourHabit.wordCount + 1 + 2 * Int(section[hours + HourHabit.wordCount])
        if !HabitTree.learnKnown(path, at: at, from: places, in: &section) {
            var habits = HabitTree(words: (places..<section.count).map { section[$0] })
            _ = habits.learn(path, at: at)
            section.replace(places..<section.count, with: habits.words)
        }
    }

    private static func recentCount(_ section: Section) -> Int { Int(section[0] & 0xff) }
    private static func knownCount(_ section: Section) -> Int { Int(section[0] >> 8 & 0xffff) }
    private static func hours(_ section: Section) -> Int { head + recentWords * recentCount(section) + knownWords * knownCount(section) }

    /// Among the recent ones, newest first; the oldest gives way.
    private static func note(_ signIn: GoodSignIn, _ section: inout Section) {
        let count = recentCount(section)
        var place = 0
        while place < count, Stamp.milliseconds(section[head + recentWords * place]) > signIn.at.milliseconds { place += 1 }
        guard place < Limits.recentSignIns else { return }
        let words = AccountBaseline.words(signIn)
        let start = head + recentWords * place
        if count < Limits.recentSignIns {
            section.insert(words, at: start)
            section[0] += 1
            return
        }
        var word = head + recentWords * count - 1
        while word >= start + recentWords {
            section[word] = section[word - recentWords]
            word -= 1
        }
        for index in 0..<recentWords { section[start + index] = words[index] }
    }

    private static func meet(_ kind: UInt64, _ tag: UInt64, _ at: Instant, _ section: inout Section) {
        let start = head + recentWords * recentCount(section), end = start + knownWords * knownCount(section)
        let upper = kind << 18 | tag >> 21, lower = tag & Stamp.lowMask
        var place = start, same = 0, oldest = -1
        while place < end {
            if Stamp.low(section[place]) == upper, Stamp.low(section[place + 1]) == lower {
                section[place] = min(section[place], Stamp.pack(at.milliseconds, upper))
                section[place + 1] = max(section[place + 1], Stamp.pack(at.milliseconds, lower))
                return
            }
            if Stamp.low(section[place]) >> 18 == kind {
                same += 1
                if oldest < 0 || Stamp.milliseconds(section[place + 1]) < Stamp.milliseconds(section[oldest + 1]) { oldest = place }
            }
            place += knownWords
        }
        let first = Stamp.pack(at.milliseconds, upper), last = Stamp.pack(at.milliseconds, lower)
        guard same >= Limits.knownValues(AccountBaseline.kinds[Int(kind)]) else {
            section.insert(first, last, at: end)
            section[0] += 1 << 8
            return
        }
        // The one longest not met gives way, if it is older than this.
        guard Stamp.milliseconds(section[oldest + 1]) <= at.milliseconds else { return }
        section.remove(oldest..<(oldest + knownWords))
        section.insert(first, last, at: end - knownWords)
    }

    private static func learnAgent(_ fields: EventFields, _ at: Instant, _ names: SipHash, at place: Int, _ section: inout Section) {
        guard fields.agent != nil, fields.agentFacts != nil else { return }
        let lines = Int(section[place])
        var agents = AgentHabit(words: ((place + 1)..<(place + 1 + 2 * lines)).map { section[$0] })
        agents.learn(fields, at: at, hash: names)
        section.replace(place..<(place + 1 + 2 * lines), with: [UInt64(agents.lines.count)] + agents.words)
    }
}

extension HabitTree {
    /// Takes in a good sign-in whose places are all kept already; false, and nothing changed, where one is not.
    static func learnKnown(_ path: HabitPath, at: Instant, from start: Int, in section: inout Section) -> Bool {
        var found: InlineArray<9, Int> = .init(repeating: 0)
        var steps = 0
        for (root, chain) in path.chains.enumerated() {
            var parent = root
            for step in chain {
                guard let place = index(of: step, under: parent, from: start, section) else { return false }
                found[steps] = place
                steps += 1
                parent = place
            }
        }
        let day = UInt64(UInt16(clamping: at.milliseconds / 86_400_000))
        var step = 0
        for (root, chain) in path.chains.enumerated() where !chain.isEmpty {
            count(root, from: start, &section)
            var parent = root
            for _ in chain {
                let below = start + 2 * parent + 1, place = found[step]
                if section[below] >> 40 < 0xff_ffff { section[below] += 1 << 40 }
                count(place, from: start, &section)
                let word = section[start + 2 * place + 1]
                section[start + 2 * place + 1] = word & ~0xffff | max(word & 0xffff, day)
                parent = place
                step += 1
            }
        }
        return true
    }

    private static func count(_ place: Int, from start: Int, _ section: inout Section) {
        if section[start + 2 * place] & 0xff_ffff < 0xff_ffff { section[start + 2 * place] += 1 }
    }

    private static func index(of step: HabitPath.Step, under parent: Int, from start: Int, _ section: Section) -> Int? {
        var word = start + 4
        while word + 1 < section.count {
            if section[word] >> 24 == step.name >> 24, Int(section[word + 1] >> 16 & 0xff) == parent { return (word - start) / 2 }
            word += 2
        }
        return nil
    }
}
