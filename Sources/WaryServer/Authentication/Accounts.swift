import Foundation
import Logging
import WaryAuth
import WaryEngine
import WaryHistory
import WaryVocabulary

/// The authentication API of a running server: accounts on disk, the engine's clerk behind them, couriers, and the
/// housekeeping between two requests.
final class Accounts: Sendable {
    let routes: [HTTPRoute]
    private let keeping: Task<Void, Never>

    /// Why they cannot be served; says how to mend it.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(_ configuration: AccountsConfiguration, clerk: Clerk, logger: Logger) throws(Failure) {
        let service: AuthService
        do throws(AuthError) {
            service = try AuthService(
                settings: try Self.settings(configuration), keys: try Self.keys(configuration, logger), store: try AccountFolder(configuration.folder),
                decisions: ClerkDecisionPoint(clerk: clerk), postOffice: try Couriers.postOffice(configuration), logger: logger, now: WallClock.now)
        } catch {
            throw Failure(description: "[accounts]: \(Self.text(error))")
        }
        routes = AuthRoutes(service: service, origins: configuration.relyingParty.origins).all.map(\.http)
        keeping = Task {
            while (try? await Task.sleep(for: .milliseconds(ServerLimits.housekeepingMilliseconds))) != nil {
                do throws(AuthError) {
                    try await service.keepHouse()
                } catch {
                    logger.warning("the accounts' housekeeping waits", metadata: ["reason": .string(Self.text(error))])
                }
            }
        }
    }

    /// To be called once no request comes any more and before the clerk stops.
    func stop() async {
        keeping.cancel()
        await keeping.value
    }

    /// The kinds of events that accounts ask the policies about.
    static let events: [EventKind] = [.login, .registration, .passwordChanged, .factorAdded, .accountRecovered]

    private static func settings(_ configuration: AccountsConfiguration) throws(AuthError) -> AuthSettings {
        var settings = AuthSettings()
        settings.serviceName = configuration.serviceName
        settings.tenant = configuration.tenant
        settings.language = configuration.language
        settings.relyingParty = configuration.relyingParty
        settings.tokens.issuer = configuration.issuer
        settings.tokens.audience = configuration.audience
        if let path = configuration.blocklist { settings.blocklist = try PasswordBlocklist(file: path) }
        if let path = configuration.breached { settings.breachedPasswords = try BreachedPasswords(folder: path) }
        return settings
    }

    private static func keys(_ configuration: AccountsConfiguration, _ logger: Logger) throws(AuthError) -> AuthKeys {
        let found: KeySource.Found
        do throws(HistoryError) {
            found = try KeySource.key(forDataAt: configuration.folder, file: configuration.secretFile, variable: "WARY_ACCOUNTS_SECRET")
        } catch {
            throw .unavailable(error.description)
        }
        for note in found.notes { logger.warning("\(note)") }
        guard let keys = AuthKeys(secret: Array(found.key.hex.utf8)) else { throw .unavailable("the accounts' secret is too short") }
        return keys
    }

    static func text(_ error: AuthError) -> String {
        switch error {
        case .unavailable(let text), .damaged(let text), .conflict(let text): text
        case .invalid(let field, let problem): "\(field): \(problem)"
        default: "\(error)"
        }
    }
}
