import WaryHistory
import WaryVocabulary

/// `unfamiliarity`.
extension SignalContext {
    var unfamiliarityReading: Reading {
        mutating get { unfamiliarity.map { .known(.int(Int64($0.percentile))) } ?? .unavailable }
    }

    /// Every term of the model, in the order of RISK_MODEL.
    mutating func modelTerms(_ evidence: HabitEvidence, _ baseline: AccountBaseline) -> [Unfamiliarity.Term] {
        var terms: [Unfamiliarity.Term] = []
        terms.reserveCapacity(HabitLevel.allCases.count + 5)
        addNetTerms(evidence, to: &terms)
        addDeviceTerms(evidence, to: &terms)
        terms.append(Unfamiliarity.Term(name: "frequency", value: HierarchicalModel.prior(evidence),
                                        missing: baseline.signIns == 0 ? .noHistory : nil))
        let hour = currentTime.hour
        terms.append(term("hour", where: baseline.signIns > 0 ? nil : .noHistory) { ContextTerms.hour(hour, habit: baseline.hours) })
        let knowsNetwork = knowsNetwork(evidence, baseline)
        terms.append(travelTerm(baseline, knowsNetwork: knowsNetwork))
        terms.append(conductTerm(evidence, knowsNetwork: knowsNetwork))
        terms.append(cookieTerm(baseline))
        return terms
    }

    private func term(_ name: String, where missing: UnknownReason?, _ value: () -> Double) -> Unfamiliarity.Term {
        Unfamiliarity.Term(name: name, value: missing == nil ? value() : 0, missing: missing)
    }

    private func addNetTerms(_ evidence: HabitEvidence, to terms: inout [Unfamiliarity.Term]) {
        guard !evidence.net.isEmpty else {
            let reason: UnknownReason = event.ip == nil ? .notSent : .privateAddress
            for level in HabitLevel.net { terms.append(Unfamiliarity.Term(name: level.name, value: 0, missing: reason)) }
            return
        }
        for level in evidence.net {
            terms.append(term(level.level.name, where: level.isKnown ? nil : level.level == .country ? missingCountry : missingNetwork) {
                HierarchicalModel.term(level)
            })
        }
    }

    private func addDeviceTerms(_ evidence: HabitEvidence, to terms: inout [Unfamiliarity.Term]) {
        guard !evidence.device.isEmpty else {
            for level in HabitLevel.device { terms.append(Unfamiliarity.Term(name: level.name, value: 0, missing: .notSent)) }
            return
        }
        for level in evidence.device {
            terms.append(term(level.level.name, where: level.isKnown ? nil : .notSent) {
                HierarchicalModel.deviceWeight * HierarchicalModel.term(level)
            })
        }
    }

    /// Whether the account had a good sign-in from the event's autonomous system. A place of its habits there says so at
    /// once; only where there is none is the number looked for by its hash, since it may have been met in another country.
    private func knowsNetwork(_ evidence: HabitEvidence, _ baseline: AccountBaseline) -> Bool {
        guard let asn = event.network.asn else { return false }
        if let level = evidence.net.first(where: { $0.level == .network }), level.isKnown, level.own.count > 0 { return true }
        return baseline.knows(.network, .asn(asn))
    }

    private func travelTerm(_ baseline: AccountBaseline, knowsNetwork: Bool) -> Unfamiliarity.Term {
        if event.network.anonymous == true { return term("travel", where: .anonymousNetwork) { 0 } }
        guard let here = event.position.point else { return term("travel", where: missingPosition) { 0 } }
        return term("travel", where: baseline.recent.isEmpty ? .noHistory : nil) {
            let value = ContextTerms.travel(from: baseline.recent, to: here, accuracy: event.position.accuracy, now: now,
                                            knowsNetwork: knowsNetwork)
            return value > 0 && isFromRecentSubnet(baseline) ? 0 : value
        }
    }

    private func conductTerm(_ evidence: HabitEvidence, knowsNetwork: Bool) -> Unfamiliarity.Term {
        guard event.network.asn != nil else { return term("network's conduct", where: missingNetwork) { 0 } }
        guard let conduct = evidence.conduct else { return term("network's conduct", where: .noHistory) { 0 } }
        return term("network's conduct", where: nil) { knowsNetwork ? 0 : ContextTerms.conduct(conduct) }
    }

    private mutating func cookieTerm(_ baseline: AccountBaseline) -> Unfamiliarity.Term {
        let value: Double = if let device = event.device {
            knowsDevice(device, baseline) ? ContextTerms.deviceKnown : baseline.signIns > 0 ? ContextTerms.deviceOther : 0
        } else {
            baseline.knowsAny(.device) ? ContextTerms.deviceMissing : 0
        }
        return term("device", where: nil) { value }
    }

    /// Whether the account had a good sign-in with this device id: looked for once, though rules and the model both ask.
    mutating func knowsDevice(_ device: String, _ baseline: AccountBaseline) -> Bool {
        if let isDeviceKnown { return isDeviceKnown }
        let known = baseline.knows(.device, .text(device))
        isDeviceKnown = known
        return known
    }

    /// Whether the event comes from a subnet that one of the last good sign-ins came from.
    func isFromRecentSubnet(_ baseline: AccountBaseline) -> Bool {
        guard let subnet = event.value(of: .subnet) else { return false }
        let tag = baseline.tag(of: .subnet, subnet)
        return baseline.recent.contains { $0.subnetTag == tag }
    }
}
