import Logging
import WaryVocabulary

/// A report that is owed to the engine. It is written in the transaction that settles the matter and taken away when the
/// engine has it, so that neither a crash nor an overloaded engine loses one.
struct PendingReport: StoredRecord {
    let id: String
    let decision: String
    let end: DecisionReport.End
    let factor: Factor?
    let attempt: Int?
    /// Owed since.
    let since: Instant
    /// Later than this it is of no use.
    let ends: Instant?

    init(_ report: DecisionReport, at now: Instant, limits: AuthLimits) {
        id = SecureRandom.id()
        decision = report.decision
        end = report.end
        factor = report.factor
        attempt = report.attempt
        since = now
        ends = now + limits.reportsKept
    }

    static var table: Table { .report }
    var key: [String] { [id] }
    var report: DecisionReport { DecisionReport(decision: decision, end: end, factor: factor, attempt: attempt) }
}

extension RecordWriter {
    /// Owes the engine a report; nothing where the decision has no id, for then it recorded nothing.
    func owe(_ end: DecisionReport.End, of decision: String?, factor: Factor? = nil, attempt: Int? = nil, at now: Instant,
             _ limits: AuthLimits) throws(AuthError) -> [PendingReport] {
        guard let decision else { return [] }
        let report = PendingReport(DecisionReport(decision: decision, end: end, factor: factor, attempt: attempt), at: now, limits: limits)
        try put(report)
        return [report]
    }
}

extension AuthService {
    /// Gives the engine what it is owed.
    func deliver(_ reports: [PendingReport]) async {
        for report in reports {
            do throws(DecisionFailure) {
                try await decisions.report(report.report)
            } catch {
                switch error {
                // It stays owed and is tried again by `keepHouse`.
                case .overloaded, .failed: continue
                // The engine will never take it: the decision is gone, or was reported otherwise.
                case .noPolicy, .notFound, .conflict, .badRequest:
                    logger.warning("a report was refused", metadata: ["end": "\(report.end.rawValue)"])
                }
            }
            do throws(AuthError) {
                try vault.write { records throws(AuthError) in try records.remove(report) }
            } catch {
                logger.warning("a report that was given stays on the list: giving it twice is harmless")
            }
        }
    }

    /// Ends sign-ins that nobody finished, takes away what is over, and gives the engine what it is still owed, and
    /// has it forget who was erased. Called every few seconds.
    public func keepHouse() async throws(AuthError) {
        let now = now()
        var swept = limits.swept
        while swept == limits.swept {
            swept = try vault.sweep(at: now) { flow, records throws(AuthError) in
                _ = try records.owe(.abandoned, of: flow.decision, at: now, limits)
            }
        }
        let owed = try vault.all(PendingReport.self).filter { $0.since + limits.reportRetry <= now || $0.end == .abandoned }
        await deliver(owed.sorted { $0.since < $1.since })
        try await carryOutErasures()
    }
}
