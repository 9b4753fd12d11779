import Foundation
import Logging
import WarySignals

/// The files that signals rest on: position databases, lists of networks, user-agent expressions. What cannot be read does
/// not keep the server from starting: what it would say is unknown, with its reason.
struct SignalSources: Sendable {
    let positions: PositionDatabases?
    let agents: AgentReader

    init(_ configuration: ServerConfiguration, _ logger: Logger) {
        positions = Self.positions(configuration.positionSources, logger)
        agents = Self.agents(configuration.userAgents, logger)
    }

    private static func positions(_ wanted: PositionSources, _ logger: Logger) -> PositionDatabases? {
        guard !wanted.isEmpty else { return nil }
        var sources = wanted
        while true {
            do throws(PositionError) {
                return try PositionDatabases(sources)
            } catch {
                logger.error("a position database or list is left out", metadata: ["reason": .string(error.description)])
                let rest = sources.without(error.path)
                guard rest != sources else { return nil }
                sources = rest
            }
        }
    }

    private static func agents(_ path: String?, _ logger: Logger) -> AgentReader {
        do throws(AgentError) {
            return try AgentReader.standard(path: path)
        } catch {
            logger.warning("user agents are read by the small built-in table", metadata: ["reason": .string(error.description)])
            return .builtIn
        }
    }
}

extension PositionSources {
    /// The same without one file.
    func without(_ path: String) -> PositionSources {
        PositionSources(databases: databases.filter { $0 != path }, lists: lists.mapValues { $0.filter { $0 != path } },
                        maximumAge: maximumAge)
    }
}
