import WaryVocabulary

/// `time.unusual`.
extension SignalContext {
    /// The share of the account's good sign-ins, smoothed, that came at hours more usual than this one: 0 at its most
    /// usual hour, near 1 at the rarest.
    var timeUnusual: Reading {
        mutating get {
            guard let baseline else { return .unavailable }
            guard baseline.signIns > 0 else { return .unknown(.noHistory) }
            return .known(.decimal(baseline.hours.unusualness(ofHour: currentTime.hour)))
        }
    }
}
