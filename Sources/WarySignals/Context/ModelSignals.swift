import WaryHistory
import WaryVocabulary

/// `unfamiliarity`.
extension SignalContext {
    var unfamiliarityReading: Reading {
        mutating get { unfamiliarity.map { .known(.int(Int64($0.percentile))) } ?? .unavailable }
    }

    /// Every term of the model, in the order of RISK_MODEL.
    mutating func modelTerms(_ evidence: HabitEvidence, _ baseline: AccountBaseline) -> [Unfamiliarity.Term] {
        var terms = netTerms(evidence) + deviceTerms(evidence)
        terms.append(Unfamiliarity.Term(name: "frequency", value: HierarchicalModel.prior(evidence),
                                        missing: baseline.signIns == 0 ? .noHistory : nil))
        let hour = currentTime.hour
        terms.append(term("hour", where: baseline.signIns > 0 ? nil : .noHistory) { ContextTerms.hour(hour, habit: baseline.hours) })
        terms.append(travelTerm(baseline))
        terms.append(conductTerm(evidence, baseline))
        terms.append(cookieTerm(baseline))
        return terms
    }

    private func term(_ name: String, where missing: UnknownReason?, _ value: () -> Double) -> Unfamiliarity.Term {
        Unfamiliarity.Term(name: name, value: missing == nil ? value() : 0, missing: missing)
    }

    private func netTerms(_ evidence: HabitEvidence) -> [Unfamiliarity.Term] {
        let reason: UnknownReason = event.ip == nil ? .notSent : .privateAddress
        guard !evidence.net.isEmpty else {
            return HabitLevel.net.map { Unfamiliarity.Term(name: $0.name, value: 0, missing: reason) }
        }
        return evidence.net.map { level in
            term(level.level.name, where: level.isKnown ? nil : level.level == .country ? missingCountry : missingNetwork) {
                HierarchicalModel.term(level)
            }
        }
    }

    private func deviceTerms(_ evidence: HabitEvidence) -> [Unfamiliarity.Term] {
        guard !evidence.device.isEmpty else {
            return HabitLevel.device.map { Unfamiliarity.Term(name: $0.name, value: 0, missing: .notSent) }
        }
        return evidence.device.map { level in
            term(level.level.name, where: level.isKnown ? nil : .notSent) {
                HierarchicalModel.deviceWeight * HierarchicalModel.term(level)
            }
        }
    }

    private func travelTerm(_ baseline: AccountBaseline) -> Unfamiliarity.Term {
        if event.network.anonymous == true { return term("travel", where: .anonymousNetwork) { 0 } }
        guard let here = event.position.point else { return term("travel", where: missingPosition) { 0 } }
        let knowsNetwork = event.network.asn.map { baseline.knows(.network, .asn($0)) } ?? false
        return term("travel", where: baseline.recent.isEmpty ? .noHistory : nil) {
            if isFromRecentSubnet(baseline) { return 0 }
            return ContextTerms.travel(from: baseline.recent, to: here, accuracy: event.position.accuracy, now: now,
                                       knowsNetwork: knowsNetwork)
        }
    }

    private func conductTerm(_ evidence: HabitEvidence, _ baseline: AccountBaseline) -> Unfamiliarity.Term {
        guard let asn = event.network.asn else { return term("network's conduct", where: missingNetwork) { 0 } }
        guard let conduct = evidence.conduct else { return term("network's conduct", where: .noHistory) { 0 } }
        return term("network's conduct", where: nil) {
            baseline.knows(.network, .asn(asn)) ? 0 : ContextTerms.conduct(conduct)
        }
    }

    private func cookieTerm(_ baseline: AccountBaseline) -> Unfamiliarity.Term {
        let value: Double = if let device = event.device {
            baseline.knows(.device, .text(device)) ? ContextTerms.deviceKnown
                : baseline.signIns > 0 ? ContextTerms.deviceOther : 0
        } else {
            baseline.knowsAny(.device) ? ContextTerms.deviceMissing : 0
        }
        return term("device", where: nil) { value }
    }

    /// Whether the event comes from a subnet that one of the last good sign-ins came from.
    func isFromRecentSubnet(_ baseline: AccountBaseline) -> Bool {
        guard let subnet = event.value(of: .subnet) else { return false }
        let tag = baseline.tag(of: .subnet, subnet)
        return baseline.recent.contains { $0.subnetTag == tag }
    }
}
