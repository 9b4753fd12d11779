import WaryEngine
import WaryLanguage
import WarySignals
import WaryVocabulary

/// Writes replies as API.md has them, each one line with its newline.
public enum AnswerEncoder {
    public static func write(_ reply: EngineReply, id: String?, to writer: inout JSONWriter) {
        switch reply {
        case .decision(let answer): write(answer, id: id, to: &writer)
        case .ok: open(id, &writer); ok(&writer)
        case .pong(let version, let policies):
            open(id, &writer)
            writer.key("ok")
            writer.bool(true)
            writer.key("version")
            writer.text(version)
            if let policy = policies.first {
                writer.key("policy")
                writer.text(policy)
            }
            writer.key("policies")
            list(policies, &writer)
            close(&writer)
        case .failure(let failure): write(WireFailure(failure), id: id, to: &writer)
        }
    }

    public static func write(_ failure: WireFailure, id: String?, to writer: inout JSONWriter) {
        open(id, &writer)
        writer.key("error")
        writer.openObject()
        writer.key("code")
        writer.text(failure.code.rawValue)
        writer.key("message")
        writer.text(failure.message)
        if let milliseconds = failure.retryAfterMilliseconds {
            writer.key("retry_after_ms")
            writer.integer(milliseconds)
        }
        writer.closeObject()
        close(&writer)
    }

    /// A decision; where it would be longer than a line may be, its explanation is cut to what fits.
    public static func write(_ answer: DecisionAnswer, id: String?, to writer: inout JSONWriter) {
        let before = writer.mark
        let start = writer.bytes.count
        let tail = decision(answer, id, &writer, limit: nil)
        guard writer.bytes.count - start > ServerLimits.lineBytes else { return }
        writer.rewind(to: before)
        decision(answer, id, &writer, limit: start + ServerLimits.lineBytes - tail - truncatedMark)
    }

    /// The statistical model: its percentile, its score in nats and every term; a term that could not be computed says why.
    private static func write(_ model: Unfamiliarity, to writer: inout JSONWriter) {
        writer.key("model")
        writer.openObject()
        writer.key("unfamiliarity")
        writer.integer(model.percentile)
        writer.key("score")
        writer.decimal(model.score)
        writer.key("terms")
        writer.openObject()
        for term in model.terms {
            writer.key(term.name)
            if let missing = term.missing { writer.text(missing.rawValue) } else { writer.decimal(term.value) }
        }
        writer.closeObject()
        writer.closeObject()
    }

    /// What the policies in shadow say, in short: their reasons by name.
    private static func write(_ shadows: [DecisionAnswer], to writer: inout JSONWriter) {
        writer.key("shadows")
        writer.openArray()
        for shadow in shadows {
            writer.openObject()
            writer.key("policy")
            writer.text(shadow.policy)
            writer.key("decision")
            writer.text(shadow.outcome.rawValue)
            writer.key("score")
            writer.integer(shadow.score)
            writer.key("because")
            list(shadow.explanation.reasons.map(\.rule), &writer)
            writer.closeObject()
        }
        writer.closeArray()
    }

    /// Bytes of `"truncated":true,` and of what an open element needs to be closed.
    private static let truncatedMark = 64

    /// Writes the answer, leaving out what does not fit before `limit`; returns how many bytes stand behind the explanation.
    @discardableResult
    private static func decision(_ answer: DecisionAnswer, _ id: String?, _ writer: inout JSONWriter, limit: Int?) -> Int {
        open(id, &writer)
        if let decisionID = answer.decisionID {
            writer.key("decision_id")
            writer.text(decisionID)
        }
        writer.key("decision")
        writer.text(answer.outcome.rawValue)
        if answer.outcome == .stepUp {
            writer.key("factors")
            list(answer.factors.map(\.rawValue), &writer)
        }
        writer.key("score")
        writer.integer(answer.score)
        var explanation = ExplanationEncoder(limit: limit)
        explanation.write(answer.explanation, level: answer.explain, to: &writer)
        let tail = writer.bytes.count
        if let model = answer.model { write(model, to: &writer) }
        if explanation.isTruncated {
            writer.key("truncated")
            writer.bool(true)
        }
        if !answer.shadows.isEmpty { write(answer.shadows, to: &writer) }
        writer.key("notify")
        list(answer.notify, &writer)
        writer.key("tags")
        list(answer.tags, &writer)
        writer.key("policy")
        writer.text(answer.policy)
        writer.key("degraded")
        writer.bool(answer.isDegraded)
        if let source = answer.clientIPSource {
            writer.key("client_ip_source")
            writer.text(source.rawValue)
        }
        writer.key("took_us")
        writer.integer(answer.tookMicroseconds)
        close(&writer)
        return writer.bytes.count - tail
    }

    private static func open(_ id: String?, _ writer: inout JSONWriter) {
        writer.openObject()
        guard let id else { return }
        writer.key("id")
        writer.text(id)
    }

    private static func ok(_ writer: inout JSONWriter) {
        writer.key("ok")
        writer.bool(true)
        close(&writer)
    }

    private static func close(_ writer: inout JSONWriter) {
        writer.closeObject()
        writer.newline()
    }

    private static func list(_ texts: [String], _ writer: inout JSONWriter) {
        writer.openArray()
        for text in texts { writer.text(text) }
        writer.closeArray()
    }
}
