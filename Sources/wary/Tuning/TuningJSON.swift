import WaryEngine
import WaryServer
import WaryVocabulary

/// A tuning for programs.
struct TuningJSON {
    private let tuning: Tuning
    private let diff: SuggestionDiff

    init(_ tuning: Tuning, _ diff: SuggestionDiff) {
        self.tuning = tuning
        self.diff = diff
    }

    /// The members of the object.
    func write(_ writer: inout JSONWriter) {
        let rows = [("now", tuning.now), ("suggested", tuning.suggested), ("held_out_now", tuning.heldOutNow), ("held_out_suggested", tuning.heldOutSuggested)]
        for (name, figures) in rows {
            writer.key(name)
            writer.object { self.figures(figures, &$0) }
        }
        writer.member("within_budget", tuning.isWithinBudget)
        writer.key("curves")
        writer.array(tuning.curves) { curve, writer in
            writer.object { writer in
                writer.member("decision", curve.outcome.rawValue)
                writer.member("threshold", curve.threshold)
                writer.key("points")
                writer.array(curve.points) { point, writer in
                    writer.object { writer in
                        writer.member("threshold", point.threshold)
                        figures(point.figures, &writer)
                    }
                }
            }
        }
        writer.key("suggestions")
        writer.array(tuning.suggestions) { suggestion, writer in
            writer.object { writer in
                writer.member("name", suggestion.name)
                writer.member("from", suggestion.place.value)
                writer.member("to", suggestion.value)
            }
        }
        writer.member("diff", diff.text)
    }

    private func figures(_ figures: Tuning.Figures, _ writer: inout JSONWriter) {
        writer.member("attempts", figures.attempts)
        writer.member("step_ups", figures.stepUps)
        writer.member("denials", figures.denials)
        writer.member("frauds", figures.frauds)
        writer.member("caught", figures.caught)
        writer.member("goods", figures.goods)
        writer.member("false_alarms", figures.falseAlarms)
    }
}
