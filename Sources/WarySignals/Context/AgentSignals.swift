import WaryVocabulary

/// `agent.*`.
extension SignalContext {
    var agentBrowser: Reading { event.agentFacts.map { .text($0.browser) }.reading(otherwise: .notSent) }

    var agentOS: Reading { event.agentFacts.map { .text($0.os) }.reading(otherwise: .notSent) }

    var agentKind: Reading { event.agentFacts.map { .text($0.kind.rawValue) }.reading(otherwise: .notSent) }

    var agentNew: Reading { isNew(.agent, otherwise: .notSent) }
}
