import WaryVocabulary

/// `account.*` and `credential.*`.
extension SignalContext {
    var credentialBreached: Reading {
        event.credentialBreached.map(Datum.bool).reading(otherwise: .notSent)
    }

    var accountNew: Reading {
        guard let baseline else { return .unavailable }
        return .known(.bool(baseline.signIns == 0))
    }

    var accountSignIns: Reading {
        guard let baseline else { return .unavailable }
        return .known(.int(Int64(baseline.signIns)))
    }

    var accountAge: Reading {
        guard let baseline else { return .unavailable }
        return baseline.firstSignIn.map { .duration(max(0, now - $0)) }.reading(otherwise: .noHistory)
    }

    var accountIdle: Reading {
        guard let baseline else { return .unavailable }
        return baseline.lastSignIn.map { .duration(max(0, now - $0)) }.reading(otherwise: .noHistory)
    }

    var accountFactors: Reading {
        event.factors.map { .set($0.factors.map(Datum.factor)) }.reading(otherwise: .notSent)
    }
}
