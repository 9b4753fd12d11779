import WaryVocabulary

/// `agent.*`.
extension SignalContext {
    var agentBrowser: Reading { event.agentFacts.map { .text($0.browser) }.reading(otherwise: .notSent) }

    var agentOS: Reading { event.agentFacts.map { .text($0.os) }.reading(otherwise: .notSent) }

    var agentKind: Reading { event.agentFacts.map { .text($0.kind.rawValue) }.reading(otherwise: .notSent) }

    /// A later version of a known browser or system is no new agent; an earlier one, or another, is.
    var agentNew: Reading {
        guard let agent = event.agent else { return .unknown(.notSent) }
        guard let baseline else { return .unavailable }
        return .known(.bool(!baseline.knows(.agent, .text(agent)) && !baseline.continuesAgent(of: event)))
    }
}
