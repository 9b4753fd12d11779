import WaryVocabulary

/// What was said of a decision after it was made.
struct DecisionStatus: Equatable {
    var outcome: ReportedOutcome?
    var factor: Factor?
    var failedChallenges = 0
    /// The attempts named with failed challenges; −1 stands for one without a number.
    var attempts: [Int64] = []
    var label: Label?
    /// When the good sign-in was reported; nil while there is none. It teaches unless the label is fraud.
    var good: Instant?

    init() {}

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte(1)
        writer.byte(ReportCode.code(outcome))
        writer.byte(factor.map(FactorCode.code) ?? 0)
        writer.byte(LabelCode.code(label))
        writer.variable(UInt64(failedChallenges))
        writer.variable(UInt64(attempts.count))
        for attempt in attempts { writer.signed(attempt) }
        writer.byte(good == nil ? 0 : 1)
        if let good { writer.signed(good.milliseconds) }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == 1 else { throw MalformedBytes() }
        outcome = ReportCode.outcome(try reader.byte())
        factor = FactorCode.factor(try reader.byte())
        label = LabelCode.label(try reader.byte())
        failedChallenges = Int(truncatingIfNeeded: try reader.variable())
        for _ in 0..<(try reader.count()) { attempts.append(try reader.signed()) }
        if try reader.byte() == 1 { good = Instant(milliseconds: try reader.signed()) }
    }
}

/// Statuses are stored with eight bytes of a keyed hash behind them, over the decision's sequence and the status: what was
/// altered is not believed.
extension DecisionStatus {
    private static let tagBytes = 8

    func sealed(_ sequence: UInt64, _ hasher: KeyHasher) -> [UInt8] {
        bytes + NumberKey.bytes(hasher.hash(NumberKey.bytes(sequence) + bytes).high)
    }

    init(sealed: [UInt8], _ sequence: UInt64, _ hasher: KeyHasher) throws(MalformedBytes) {
        let bytes = Array(sealed.dropLast(Self.tagBytes))
        guard sealed.count > Self.tagBytes,
              NumberKey.number(Array(sealed.suffix(Self.tagBytes))) == hasher.hash(NumberKey.bytes(sequence) + bytes).high
        else { throw MalformedBytes() }
        try self.init(bytes)
    }
}
