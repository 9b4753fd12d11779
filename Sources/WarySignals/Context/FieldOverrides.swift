import WaryVocabulary

extension EventFields {
    /// Puts a value that was given for a signal where the signal takes it from, so that what is computed from it follows.
    /// Used for an attempt's overrides and for the events of a policy's tests.
    /// - Returns: false for a signal that no field holds (`travel.speed`), or a value of another type.
    @discardableResult
    public mutating func apply(_ id: SignalID, _ datum: Datum) -> Bool {
        switch (id, datum) {
        case (.account, .text(let value)): account = value
        case (.tenant, .text(let value)): tenant = value
        case (.app, .text(let value)): app = value
        case (.channel, .text(let value)): channel = value
        case (.method, .text(let value)): method = value
        case (.credential, .text(let value)):
            guard let state = CredentialState(rawValue: value) else { return false }
            credential = state
        case (.credentialBreached, .bool(let value)): credentialBreached = value
        case (.accountFactors, .set(let values)):
            factors = FactorSet(values.compactMap { if case .factor(let factor) = $0 { factor } else { nil } })
        case (.ip, .ip(let value)): ip = value
        case (.deviceID, .text(let value)): device = value
        case (.agent, .text(let value)):
            agent = value
            agentFacts = nil
        default: return applyPosition(id, datum) || applyNetwork(id, datum)
        }
        return true
    }

    private mutating func applyPosition(_ id: SignalID, _ datum: Datum) -> Bool {
        switch (id, datum) {
        case (.geoCountry, .country(let value)): position.country = value
        case (.geoRegion, .text(let value)): position.region = value
        case (.geoCity, .text(let value)): position.city = value
        case (.geoPoint, .point(let value)): position.point = value
        case (.geoAccuracy, .distance(let value)): position.accuracy = value
        default: return false
        }
        return true
    }

    private mutating func applyNetwork(_ id: SignalID, _ datum: Datum) -> Bool {
        switch (id, datum) {
        case (.networkASN, .asn(let value)): network.asn = value
        case (.networkName, .text(let value)): network.name = value
        case (.networkAnonymous, .bool(let value)): network.anonymous = value
        case (.networkHosting, .bool(let value)): network.hosting = value
        case (.networkVPN, .bool(let value)): network.vpn = value
        case (.networkProxy, .bool(let value)): network.proxy = value
        case (.networkTor, .bool(let value)): network.tor = value
        default: return false
        }
        return true
    }
}
