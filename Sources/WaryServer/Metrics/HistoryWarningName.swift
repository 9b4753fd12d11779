import WaryHistory

extension HistoryWarning {
    /// What metrics call it.
    var name: String {
        switch self {
        case .crowdedAddress: "crowded_address"
        case .rebuilding: "rebuilding"
        }
    }
}
