import WaryVocabulary

/// Every bound of this module, with its unit and what changing it costs.
public enum Limits {
    /// Milliseconds. Longer keeps more for `first`, `new` and long windows; the journal grows with it.
    public static let retention: Int64 = 400 * 86_400_000
    /// Bytes of live profiles. Less means more reads from disk; more, fewer.
    public static let cacheBytes = 256 << 20

    /// Events of a window, and values of a distinct count, that are kept one by one. More is exact for longer and
    /// costs 8 (events) or 16 (values) bytes each.
    static let exactEntries = 128
    /// Made-up events by which a busy profile is measured. More takes longer, and finds some bytes more in a distinct count.
    static let footprintEvents = 20_000

    /// A bucket of merged events holds at most this share of what is newer than it. Counts are then within 1 %, and
    /// within 2 % where events arrive out of order. Halving it doubles the buckets of a busy key.
    static let bucketShare = 0.02
    /// Single events above `exactEntries` that may gather before they are merged. More merges less often.
    static let bucketSlack = 64
    /// Events that one bucket can count: its 21 bits.
    static let bucketCapacity: UInt64 = 1 << 21 - 1
    /// Registers of a windowed HyperLogLog, as a power of two. 2¹¹ gives a standard error of 2.3 %.
    static let sketchBits = 11
    /// Values of one key that `new` remembers, the last met staying. Each costs from 16 bytes.
    static let metValues = 1024
    /// Good sign-ins remembered for each such value, so that a fraud can be taken back. Each costs 8 bytes.
    static let metInstants = 4
    /// Values of a kind that an account's baseline remembers, the last met staying. Each costs 16 bytes: with all else that
    /// it holds, a baseline is 4,088 bytes at most.
    static func knownValues(_ kind: KeyKind) -> Int {
        switch kind {
        case .ip: 32
        case .subnet: 24
        case .device: 20
        case .network: 14
        case .agent: 12
        case .country: 8
        default: 0
        }
    }

    /// An account's last good sign-ins that are kept whole. Each costs 40 bytes.
    static let recentSignIns = 5
    /// Places in the two chains of habits that an account's baseline keeps. Each costs 16 bytes; fewer forget sooner.
    static let habitPlaces = 112
    /// User agents, versions apart, that an account's baseline tells from new ones. Each costs 16 bytes.
    static let agentLines = 16
    /// `regular` wants at least so many gaps, and calls a gap regular within this share of their mean.
    static let regularGaps = 3
    static let regularShare = 0.1

    /// Account keys made ahead of use, in one durable write.
    static let keyBlock = 1024
    /// Account keys held unwrapped in memory.
    static let keysInMemory = 65_536
    /// Decisions' fields held for the reports that follow them.
    static let recentDecisions = 8192
    /// Shapes of records whose effects on aggregates are remembered. Each costs some hundred bytes.
    static let stepShapes = 512
    /// Random numbers of four bytes that are asked of the system at once. At most 256 bytes come without fail.
    static let randomWords = 64
    /// Bytes that most records fit into. More wastes memory while a batch waits, less copies.
    static let usualRecord = 384

    /// Bytes of a record or profile. What is longer is refused when written and taken for damage when read.
    static let largestValue = 4 << 20
    /// Bytes of address space that a map begins with; it doubles when it is full. Costs address space alone.
    public static let mapBytes = 1 << 30
    /// Bytes of a profiles' file up to which every page is looked at before it is opened; of a larger one those above the
    /// leaves. A gigabyte takes about a second.
    static let checkedBytes = 1 << 30
    static let largestMapBytes = 1 << 44
    /// Records from one signed checkpoint of the log to the next; a clean stop signs one, too. Fewer name the place of an
    /// edit more closely; each costs 25 µs and 300 bytes.
    static let signedRecords: UInt64 = 1024
    /// Profiles written in one transaction. More writes faster, and makes a stop or an erasure wait longer.
    static let profileSlice = 1_024
    /// Records that a start may have to replay: past so many, a round of writing profiles begins. Less means a quicker start
    /// and more writing.
    static let replayLength: UInt64 = 100_000
    /// Records that one call of `fill` goes through by itself. More takes longer away from decisions.
    public static let fillSlice = 2_000
    /// Records removed, and profiles looked at, in one call of `trim`. More makes a batch wait longer for it.
    static let trimSlice = 256
    static let sweepSlice = 1_000
    /// Seconds between two looks for readers that died. Longer lets the journal's file grow behind a dead one.
    static let readerCheckSeconds: Int64 = 30
    /// Milliseconds after which to look again whether a slice of profiles is on disk.
    static let slicePatience: Int64 = 2
    /// Seconds between two rounds of trimming.
    static let trimPauseSeconds: Int64 = 60
}
