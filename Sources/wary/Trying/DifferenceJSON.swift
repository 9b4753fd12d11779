import WaryLanguage
import WaryServer
import WaryVocabulary

/// A difference for programs.
struct DifferenceJSON {
    private let difference: PolicyDifference
    private let old: CompiledPolicy
    private let new: CompiledPolicy

    init(_ difference: PolicyDifference, _ old: CompiledPolicy, _ new: CompiledPolicy) {
        self.difference = difference
        self.old = old
        self.new = new
    }

    /// The members of the object.
    func write(_ writer: inout JSONWriter) {
        writer.member("old", "\(old.name)@\(old.shortVersion)")
        writer.member("new", "\(new.name)@\(new.shortVersion)")
        writer.member("alike", difference.isEmpty)
        writer.key("parts")
        writer.array(difference.parts) { part, writer in
            writer.object { writer in
                writer.member("kind", part.kind)
                writer.member("name", part.name)
                writer.member("change", part.change.rawValue)
                writer.key("clauses")
                writer.array(part.clauses) { clause, writer in
                    writer.object { writer in
                        writer.member("clause", clause.name)
                        for (name, text) in [("before", clause.before), ("after", clause.after)] {
                            writer.key(name)
                            if let text { writer.text(text) } else { writer.null() }
                        }
                    }
                }
            }
        }
        writer.key("witnesses")
        writer.array(difference.witnesses) { witness, writer in
            writer.object { writer in
                writer.key("values")
                writer.object { writer in for value in witness.values { writer.member(value.name, value.text) } }
                writer.member("rules", witness.rules)
                writer.key("before")
                writer.object { verdict(witness.before, &$0) }
                writer.key("after")
                writer.object { verdict(witness.after, &$0) }
            }
        }
        writer.member("further", difference.further)
        writer.member("tried", difference.tried)
    }

    private func verdict(_ verdict: PolicyDifference.Verdict, _ writer: inout JSONWriter) {
        writer.member("decision", verdict.outcome.rawValue)
        writer.member("factors", verdict.factors.map(\.rawValue))
        writer.member("score", verdict.score)
        writer.member("fired", verdict.fired)
    }
}
