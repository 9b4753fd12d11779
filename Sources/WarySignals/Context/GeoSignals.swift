import WaryVocabulary

/// `geo.*`.
extension SignalContext {
    var country: Reading { event.position.country.map(Datum.country).reading(otherwise: missingCountry) }

    var region: Reading { event.position.region.map(Datum.text).reading(otherwise: missingPosition) }

    var city: Reading { event.position.city.map(Datum.text).reading(otherwise: missingPosition) }

    var point: Reading { event.position.point.map(Datum.point).reading(otherwise: missingPosition) }

    var accuracy: Reading { event.position.accuracy.map(Datum.distance).reading(otherwise: missingPosition) }

    /// Why the address' country is not known, where it is not.
    public var missingCountry: UnknownReason { whereabouts.missingCountry ?? .notInDatabase }

    var missingPosition: UnknownReason { whereabouts.missingPosition ?? .notInDatabase }
}
