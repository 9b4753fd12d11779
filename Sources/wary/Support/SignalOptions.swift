import ArgumentParser
import WaryEngine
import WaryServer
import WarySignals

/// What signals rest on, for the commands that compute them without a server: the configuration's keys as flags. What no
/// flag says the configuration says.
struct SignalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Where addresses are: a MaxMind DB file. May be given again.", valueName: "file"))
    var positions: [String] = []

    @Option(name: .long, help: ArgumentHelp("How old a database may be before it is not believed (90d).", valueName: "age"))
    var positionsMaxAge: String?

    @Option(name: .long, help: ArgumentHelp("A list of Tor exits.", valueName: "file"))
    var torExits: [String] = []

    @Option(name: .long, help: ArgumentHelp("A list of data centres' networks.", valueName: "file"))
    var hostingNetworks: [String] = []

    @Option(name: .long, help: ArgumentHelp("A list of VPN providers' networks.", valueName: "file"))
    var vpnNetworks: [String] = []

    @Option(name: .long, help: ArgumentHelp("A list of proxies.", valueName: "file"))
    var proxyNetworks: [String] = []

    @Option(name: .long, help: ArgumentHelp(
        "uap-core's regexes.yaml, by which user agents are read; the package's where it is installed.", valueName: "file"))
    var userAgents: String?

    /// The databases and lists, or which of them cannot be used; nil where none is named.
    func loadPositions(_ settings: OfflineSettings) throws -> PositionDatabases? {
        let sources = try sources(settings)
        guard !sources.isEmpty else { return nil }
        do throws(PositionError) {
            return try PositionDatabases(sources)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// What reads user agents.
    func loadAgents(_ settings: OfflineSettings) throws -> AgentReader {
        do throws(AgentError) {
            return try AgentReader.standard(path: userAgents ?? settings.userAgents)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// How a command decides on its own.
    func deciderOptions(_ settings: OfflineSettings) throws -> DeciderOptions {
        DeciderOptions(clock: .offline, positions: try loadPositions(settings), agents: try loadAgents(settings))
    }

    private func sources(_ settings: OfflineSettings) throws -> PositionSources {
        var sources = settings.positionSources
        if !positions.isEmpty { sources.databases = positions }
        for (trait, files) in [(NetworkTrait.tor, torExits), (.hosting, hostingNetworks), (.vpn, vpnNetworks), (.proxy, proxyNetworks)]
        where !files.isEmpty { sources.lists[trait] = files }
        if let text = positionsMaxAge {
            guard case .milliseconds(let age)? = Age(text) else { throw ValidationError("--positions-max-age should be an age such as 90d") }
            sources.maximumAge = age
        }
        return sources
    }
}
