import WaryVocabulary

/// `ip.*` and `network.*`.
extension SignalContext {
    var address: Reading { event.ip.map(Datum.ip).reading(otherwise: .notSent) }

    /// False where no address was sent: there is none that could be private.
    var addressPrivate: Reading { .known(.bool(event.ip?.isPrivate ?? false)) }

    var networkASN: Reading { event.network.asn.map(Datum.asn).reading(otherwise: missingNetwork) }

    var networkName: Reading { event.network.name.map(Datum.text).reading(otherwise: missingNetwork) }

    /// Why the address' network is not known, where it is not.
    public var missingNetwork: UnknownReason { whereabouts.missingNetwork ?? .notInDatabase }

    func networkFlag(_ flag: Bool?) -> Reading {
        flag.map(Datum.bool).reading(otherwise: whereabouts.missingAnonymity ?? .notInDatabase)
    }
}
