import Glibc
import Synchronization
import WaryVocabulary

/// Reads user agents: by uap-core's expressions where their file is given, else by the small table of our own. What was
/// read is remembered, since most sign-ins come with the same few texts.
public final class AgentReader: Sendable {
    /// Where Debian's package uap-core puts its expressions.
    public static let packagedPath = "/usr/share/uap-core/regexes.yaml"

    private let expressions: AgentExpressions?
    private let remembered = Mutex(Memory())

    /// With uap-core's expressions from a file.
    public init(path: String) throws(AgentError) {
        expressions = try AgentExpressions(path: path)
        guard let digest = DataInventory.digest(ofFileAt: path) else { throw .unreadable(path: path) }
        inventory = [DataInventory.Item(kind: "user agents", path: path, built: nil, digest: digest)]
    }

    private init() {
        expressions = nil
        inventory = []
    }

    /// The expressions' file; none for the table of our own.
    public let inventory: [DataInventory.Item]

    /// As a server and the commands read them: by the file that is named, else by the package's where it is installed, else
    /// by the table of our own.
    public static func standard(path: String?) throws(AgentError) -> AgentReader {
        if let path { return try AgentReader(path: path) }
        return access(packagedPath, R_OK) == 0 ? try AgentReader(path: packagedPath) : builtIn
    }

    /// By the table of our own alone.
    public static let builtIn = AgentReader()

    /// What a user agent's text says. Of a text longer than 1 KiB only the beginning is read.
    public func facts(_ agent: String) -> AgentFacts {
        if let facts = remembered.withLock({ $0.recall(agent) }) { return facts }
        let facts = read(agent)
        remembered.withLock { $0.keep(agent, facts) }
        return facts
    }

    private func read(_ agent: String) -> AgentFacts {
        var text = agent
        if text.utf8.count > Limits.agentBytes {
            text = String(decoding: Array(agent.utf8.prefix(Limits.agentBytes)), as: UTF8.self)
        }
        guard let expressions, let matcher = AgentMatcher(text.utf8) else { return BuiltInAgents.facts(text) }
        var browser = AgentExpression.first(of: expressions.browsers, in: matcher) ?? ("Other", "")
        var system = AgentExpression.first(of: expressions.systems, in: matcher) ?? ("Other", "")
        if let newer = NewerAgents.browser(in: text, takenFor: browser.family) { browser = newer }
        if let newer = NewerAgents.system(in: text, takenFor: system.family) { system.family = newer }
        let isSpider = expressions.spiders.contains { matcher.groups($0) != nil }
        return AgentFacts(kind: isSpider ? .bot : AgentKinds.kind(of: text, system: system.family), browser: browser.family,
                          browserVersion: browser.version, os: system.family, osVersion: system.version)
    }

    /// Two generations: a text asked for again moves to the young one; when that is full, it becomes the old one.
    private struct Memory {
        private var young: [String: AgentFacts] = [:]
        private var old: [String: AgentFacts] = [:]

        mutating func recall(_ agent: String) -> AgentFacts? {
            if let facts = young[agent] { return facts }
            guard let facts = old[agent] else { return nil }
            keep(agent, facts)
            return facts
        }

        mutating func keep(_ agent: String, _ facts: AgentFacts) {
            guard agent.utf8.count <= Limits.agentBytes else { return }
            if young.count >= Limits.agentsRemembered / 2 {
                old = young
                young = [:]
            }
            young[agent] = facts
        }
    }
}
