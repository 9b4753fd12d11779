import ArgumentParser
import Foundation
import Logging
import WaryEngine
import WaryServer

/// `wary serve`: the server, until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves decisions on a Unix socket.",
        discussion: """
            Every key of the configuration is a flag and a WARY_* variable, too; flags win over variables, variables over the \
            file. Prints where it listens, then logs JSON lines on the error stream. SIGTERM and SIGINT end it when what is \
            in hand has been answered.
            SIGHUP puts the policies as they are on disk in force, or keeps the old ones and says why.
            Examples:
              wary serve --config /etc/wary/wary.toml
              wary serve --data history --policies Policies/customer_sign_in.wary
              printf '{"op":"ping"}\\n' | nc -UN history/decide.sock
            Exits 0 when it was told to stop, 1 for a bad policy or a folder in use, 2 for a mistake in the configuration.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration: ServerConfiguration
        do {
            configuration = try options.read()
        } catch {
            throw CommandFailure("\(error)", code: Exit.usage)
        }
        let stops = StopSignals()
        signal(SIGPIPE, SIG_IGN)
        var logger = Logger(label: "wary") { _ in JSONLogHandler(level: .info) }
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        let server: Server
        do {
            server = try await Server.start(configuration, logger: logger)
        } catch {
            throw Self.failure(error)
        }
        for address in server.addresses { print("wary \(Version.current) listens on \(address)") }
        fflush(nil)
        let life = ServiceLife(server)
        await stops.first()
        life.end()
        await server.stop()
    }

    private static func failure(_ refusal: Server.Refusal) -> CommandFailure {
        switch refusal {
        case .configuration(let error): CommandFailure(error.description, code: Exit.usage)
        case .policies(.missing(let missing)): CommandFailure(missing.description, code: Exit.usage)
        case .policies(let refusal): CommandFailure(RefusalText(refusal).description)
        case .history(let reason): CommandFailure(reason)
        case .socket(let failure): CommandFailure(failure.description)
        case .http(let reason): CommandFailure(reason, code: Exit.usage)
        }
    }
}
