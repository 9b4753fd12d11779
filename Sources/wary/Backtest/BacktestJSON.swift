import WaryEngine
import WaryServer
import WaryVocabulary

/// A backtest's report for programs.
struct BacktestJSON {
    private let report: BacktestReport

    init(_ report: BacktestReport) { self.report = report }

    var text: String {
        var writer = JSONWriter(capacity: 1 << 16)
        writer.object { write(&$0) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The members of the report's object.
    func write(_ writer: inout JSONWriter) {
        writer.member("policy", report.policy)
        writer.key("against")
        if let against = report.against { writer.text(against) } else { writer.null() }
        if let from = report.from { writer.member("from", from.description) }
        if let to = report.to { writer.member("to", to.description) }
        writer.member("partial", report.isPartial)
        writer.member("records", report.records)
        writer.member("attempts", report.attempts)
        writer.member("accounts", report.accounts)
        writer.key("before")
        writer.object { counts(report.before, &$0) }
        writer.key("after")
        writer.object { counts(report.after, &$0) }
        writer.key("changes")
        writer.object { writer in
            for before in Outcome.allCases {
                writer.key(before.rawValue)
                writer.object { counts(report.changes[before] ?? .init(), &$0) }
            }
            writer.key("not_decided")
            writer.object { counts(report.undecidedBefore, &$0) }
        }
        writer.key("per_1000")
        writer.object { writer in
            for (name, counts) in [("before", report.before), ("after", report.after)] {
                writer.key(name)
                writer.object { writer in
                    for outcome in [Outcome.stepUp, .deny] {
                        writer.key(outcome.rawValue)
                        writer.decimal(counts.perThousand(outcome))
                    }
                }
            }
        }
        writer.key("labelled")
        writer.object { writer in
            writer.key("before")
            writer.object { truth(report.truthBefore, &$0) }
            writer.key("after")
            writer.object { truth(report.truth, &$0) }
        }
        writer.key("cold_start")
        writer.object { writer in
            counts(report.coldStart, &writer)
            writer.key("labelled")
            writer.object { truth(report.coldStartTruth, &$0) }
        }
        accounts(&writer)
        rules(&writer)
        days(&writer)
        writer.key("reproduced")
        writer.object { writer in
            writer.member("same", report.reproduced)
            writer.member("other", report.notReproduced)
            writer.member("other_degraded", report.notReproducedDegraded)
        }
        examples(&writer)
    }

    private func accounts(_ writer: inout JSONWriter) {
        writer.key("stopped_per_account")
        writer.object { writer in
            writer.member("median", report.medianBurden)
            writer.member("p95", report.highBurden)
            writer.key("worst")
            writer.array(report.worst) { burden, writer in
                writer.object { writer in
                    writer.member("account", burden.account)
                    writer.member("attempts", burden.attempts)
                    writer.member("stopped", burden.stopped)
                }
            }
        }
    }

    private func rules(_ writer: inout JSONWriter) {
        writer.key("rules")
        writer.array(report.rules) { rule, writer in
            writer.object { writer in
                writer.member("rule", rule.name)
                writer.member("monitor", rule.isMonitor)
                writer.member("hits", rule.hits)
                writer.member("alone", rule.alone)
                writer.member("frauds", rule.frauds)
                writer.member("goods", rule.goods)
                writer.key("precision")
                interval(rule.precision, &writer)
            }
        }
    }

    private func days(_ writer: inout JSONWriter) {
        writer.key("days")
        writer.array(report.days.sorted { $0.key < $1.key }) { day, writer in
            writer.object { writer in
                writer.member("day", CivilDate(daysSinceEpoch: day.key).description)
                counts(day.value, &writer)
            }
        }
    }

    private func examples(_ writer: inout JSONWriter) {
        writer.key("examples")
        writer.array(report.examples) { example, writer in
            writer.object { writer in
                writer.member("at", example.entry.at.description)
                writer.member("account", example.entry.fields.account)
                if case .decision(let id, _) = example.entry.what { writer.member("decision_id", id.description) }
                if let before = example.before { writer.member("before", before.rawValue) }
                writer.member("decision", example.after.outcome.rawValue)
                writer.member("score", example.after.score)
                if let outcome = example.end.outcome { writer.member("outcome", outcome.rawValue) }
                if let label = example.end.label { writer.member("label", label.rawValue) }
                var encoder = ExplanationEncoder(limit: nil)
                encoder.write(example.explanation, level: .full, to: &writer)
            }
        }
    }

    private func counts(_ counts: BacktestReport.Counts, _ writer: inout JSONWriter) {
        writer.member("allow", counts.allow)
        writer.member("step_up", counts.stepUp)
        writer.member("deny", counts.deny)
    }

    private func truth(_ truth: BacktestReport.Truth, _ writer: inout JSONWriter) {
        writer.member("caught", truth.caught)
        writer.member("missed", truth.missed)
        writer.member("false_alarms", truth.falseAlarms)
        writer.member("left_alone", truth.leftAlone)
        writer.key("recall")
        interval(truth.recall, &writer)
        writer.key("false_alarm_rate")
        interval(truth.falseAlarmRate, &writer)
        writer.key("precision")
        interval(truth.precision, &writer)
    }

    private func interval(_ interval: WilsonInterval, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("share")
            if let share = interval.share { writer.decimal(share) } else { writer.null() }
            writer.key("low")
            writer.decimal(interval.low)
            writer.key("high")
            writer.decimal(interval.high)
        }
    }
}
