import WaryVocabulary

/// The aggregates of `HistoryWriter`, the process that the fault tests kill.
enum WriterAggregates {
    static let all: [AggregateDefinition] = [
        AggregateDefinition(function: .count, event: .loginFailed, keys: [.account], extent: .within(milliseconds: 600_000),
                            text: "count(login.failed by account within 10m)"),
        AggregateDefinition(function: .distinct, field: "account", fieldType: .text, event: .login, keys: [.ip],
                            extent: .within(milliseconds: 3_600_000), text: "distinct(account of login by ip within 1h)"),
        AggregateDefinition(function: .new, field: "device", event: .loginSucceeded, keys: [.account],
                            extent: .within(milliseconds: 86_400_000), text: "new(device by account within 1d)"),
    ]
}
