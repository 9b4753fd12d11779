import WaryVocabulary

/// `device.*`.
extension SignalContext {
    /// True too where no id was sent: leaving the cookie out must not make a device familiar.
    var deviceNew: Reading {
        mutating get {
            guard let baseline else { return .unavailable }
            guard let device = event.device else { return .known(.bool(true)) }
            return .known(.bool(!knowsDevice(device, baseline)))
        }
    }

    var deviceAge: Reading {
        guard let device = event.device else { return .unknown(.notSent) }
        guard let baseline else { return .unavailable }
        return baseline.firstMet(.device, .text(device)).map { .duration(max(0, now - $0)) }.reading(otherwise: .noHistory)
    }
}
