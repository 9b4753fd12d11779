extension SignalID {
    /// Whether it rests on the account's past, and so on a look-up of its baseline.
    public var comesFromBaseline: Bool {
        switch self {
        case .accountNew, .accountSignIns, .accountAge, .accountIdle, .ipNew, .subnetNew, .networkNew, .geoCountryNew, .travelDistance,
             .travelElapsed, .travelSpeed, .deviceNew, .deviceAge, .agentNew, .timeUnusual, .unfamiliarity: true
        default: false
        }
    }
}
