import WaryVocabulary

/// The encrypted part of a record, before encryption.
extension RecordBody {
    func write(to writer: inout ByteWriter) {
        switch self {
        case .decision(let fields, let summary):
            writer.fields(fields)
            writer.byte(UInt8(summary.isDegraded ? 1 : 0))
            writer.text(summary.policy)
            writer.variable(UInt64(summary.firedRules.count))
            for rule in summary.firedRules { writer.text(rule) }
            writer.variable(UInt64(summary.factors.count))
            for factor in summary.factors { writer.byte(FactorCode.code(factor)) }
            writer.blob(summary.explanation)
            writer.text(summary.data)
        case .outcome(let factor, let attempt):
            writer.byte(factor.map(FactorCode.code) ?? 0)
            writer.signed(Int64(attempt ?? -1))
        case .label(let good): writer.signed(good.milliseconds)
        case .event(let fields): writer.fields(fields)
        case .nothing: break
        }
    }

    init(_ bytes: [UInt8], header: RecordHeader) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        switch header.kind {
        case .decision:
            let fields = try reader.fields()
            self = .decision(fields, try Self.summary(&reader, header))
        case .outcome:
            let factor = FactorCode.factor(try reader.byte()), attempt = try reader.signed()
            self = .outcome(factor, attempt: attempt < 0 ? nil : Int(attempt))
        case .label: self = .label(good: Instant(milliseconds: try reader.signed()))
        case .event, .imported: self = .event(try reader.fields())
        case .erasure: self = .nothing
        }
    }

    private static func summary(_ reader: inout ByteReader, _ header: RecordHeader) throws(MalformedBytes) -> DecisionSummary {
        let isDegraded = try reader.byte() != 0, policy = try reader.text()
        var rules: [String] = []
        for _ in 0..<(try reader.count()) { rules.append(try reader.text()) }
        var factors: [Factor] = []
        for _ in 0..<(try reader.count()) {
            if let factor = FactorCode.factor(try reader.byte()) { factors.append(factor) }
        }
        guard let outcome = OutcomeCode.outcome(header.code) else { throw MalformedBytes() }
        return DecisionSummary(outcome: outcome, score: Int(header.score), policy: policy, isDegraded: isDegraded,
                               firedRules: rules, factors: factors, explanation: try reader.blob(), data: try reader.text())
    }
}

/// Numbers that stand for names on disk; they never change.
enum FactorCode {
    static func code(_ factor: Factor) -> UInt8 {
        switch factor {
        case .webauthn: 1
        case .totp: 2
        case .push: 3
        case .sms: 4
        case .email: 5
        case .recoveryCode: 6
        }
    }

    static func factor(_ code: UInt8) -> Factor? { Factor.allCases.first { Self.code($0) == code } }
}

enum OutcomeCode {
    static func code(_ outcome: Outcome) -> UInt8 {
        switch outcome {
        case .allow: 0
        case .stepUp: 1
        case .deny: 2
        }
    }

    static func outcome(_ code: UInt8) -> Outcome? { Outcome.allCases.first { Self.code($0) == code } }
}

enum ReportCode {
    /// 0 stands for none.
    static func code(_ outcome: ReportedOutcome?) -> UInt8 {
        switch outcome {
        case nil: 0
        case .succeeded: 1
        case .failed: 2
        case .challengeFailed: 3
        case .challengePassed: 4
        case .abandoned: 5
        }
    }

    static func outcome(_ code: UInt8) -> ReportedOutcome? { ReportedOutcome.allCases.first { Self.code($0) == code } }
}

enum LabelCode {
    /// 0 stands for none.
    static func code(_ label: Label?) -> UInt8 {
        switch label {
        case nil: 0
        case .fraud: 1
        case .legitimate: 2
        }
    }

    static func label(_ code: UInt8) -> Label? { Label.allCases.first { Self.code($0) == code } }
}
