import ArgumentParser
import Foundation
import WaryEngine
import WaryHistory
import WaryLanguage
import WaryServer
import WaryVocabulary

/// `wary promote`: a policy that has been in shadow takes the place of the one in force.
struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Puts a policy that has been in shadow in the place of the one in force.",
        discussion: """
            Checks it, runs its tests, wants an answer that it gave in shadow within the last day, shows the shadow's table, and then
            exchanges the file in one step. A running server takes it up by itself, and this waits until it has; where it does
            not, the old text is put back. The journal keeps a record; wary rollback goes back.
            Examples:
              wary promote next.wary --config wary.toml
              wary promote next.wary --config wary.toml --without-shadow
            """)

    @Argument(help: ArgumentHelp("The policy to be put in force.", valueName: "file"))
    var next: String

    @Flag(name: .long, help: "Do not ask for answers in shadow.")
    var withoutShadow = false

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try read(options)
        let set = try loadPolicies([next])
        guard set.policies.count == 1, let candidate = set.policies.first else {
            throw CommandFailure("\(next) should hold one policy, and holds \(set.policies.count)", code: Exit.usage)
        }
        guard let place = try PolicySwapPlaces.find(candidate.event, configuration) else {
            throw CommandFailure("no policy in force is for \(candidate.event): put \(next) among the policies")
        }
        guard place.policy.label != candidate.label else {
            print("\(candidate.label) is in force already")
            return
        }
        let text = try PolicyText.read(next)
        guard place.loaded(with: text).policy?.version == candidate.version else {
            throw CommandFailure("\(next) would not mean the same in the place of \(place.path): its includes or lists are others there")
        }
        if !withoutShadow { try showShadow(of: candidate, configuration) }
        try PolicySwap(place: place, text: text, label: candidate.label, configuration: configuration).carryOut()
        print("\(place.path): \(place.policy.label) → \(candidate.label)")
    }

    private func showShadow(of candidate: CompiledPolicy, _ configuration: ServerConfiguration) throws {
        let table: BacktestReport?, clock: Instant
        do throws(HistoryError) {
            let found = try KeySource.key(forDataAt: configuration.data, file: configuration.keyFile)
            let history = try History.open(configuration.data, key: found.key, options: HistoryOptions(isReadOnly: true))
            defer { history.close() }
            table = try ShadowReport(from: history).shadows.first { $0.policy == candidate.label }
            // A replayed folder lies in another time.
            clock = configuration.isReplay ? history.clock : max(WallClock.now(), history.clock)
        } catch { throw CommandFailure(error.description) }
        guard let table, let last = table.to, last >= clock - EngineLimits.shadowFreshness else {
            let when = table?.to.map { "its last answer in shadow is of \($0)" } ?? "it has given no answer in shadow"
            throw CommandFailure("\(candidate.label): \(when), and one of the last day is wanted; "
                + "shadow = [\"\(next)\"] in the configuration, or --without-shadow")
        }
        print(BacktestText(table, on: .output).text + "\n")
    }
}

/// `wary rollback`: the policy that was in force before takes its place again.
struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Puts the policy that was in force before back in its place.",
        discussion: """
            Goes back to what the journal says was in force before the last exchange; history keeps the texts. A second one goes
            forth again.
            Examples:
              wary rollback --config wary.toml
              wary rollback --list --config wary.toml
            """)

    @Argument(help: ArgumentHelp("The policy's name, where several are in force.", valueName: "name"))
    var name: String?

    @Flag(name: .long, help: "Show all exchanges, and change nothing.")
    var list = false

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try read(options)
        let places = try PolicySwapPlaces.all(configuration).filter { name == nil || $0.policy.name == name }
        var trail: [PolicyAudit.Entry] = [], bundle: PolicyBundle?
        var last: (place: PolicyPlace, entry: PolicyAudit.Entry)?
        do throws(HistoryError) {
            let found = try KeySource.key(forDataAt: configuration.data, file: configuration.keyFile)
            let history = try History.open(configuration.data, key: found.key, options: HistoryOptions(isReadOnly: true))
            defer { history.close() }
            trail = try PolicyAudit.trail(in: history)
            for entry in trail { if let place = places.first(where: { $0.policy.label == entry.policy }) { last = (place, entry) } }
            if let last { bundle = try PolicyBundle.kept(last.entry.before, in: history) }
        } catch { throw CommandFailure(error.description) }
        if list {
            for entry in trail { print("\(entry.at)  \(entry.kind.rawValue)  \(entry.before) → \(entry.policy)") }
            return
        }
        guard let last else { throw CommandFailure("the journal knows of no policy before the one in force") }
        guard let bundle, let text = bundle.texts[bundle.path] else { throw CommandFailure("history does not keep the text of \(last.entry.before)") }
        guard last.place.loaded(with: text).policy?.label == last.entry.before else {
            throw CommandFailure("\(last.place.path): \(last.entry.before) would not be what it was: its includes or lists have changed since")
        }
        try PolicySwap(place: last.place, text: text, label: last.entry.before, configuration: configuration).carryOut()
        print("\(last.place.path): \(last.place.policy.label) → \(last.entry.before)")
    }
}

private func read(_ options: ConfigurationOptions) throws -> ServerConfiguration {
    do throws(ConfigurationError) { return try options.read() } catch { throw CommandFailure("\(error)", code: Exit.usage) }
}

/// Where the policies in force stand, or why they cannot be found.
enum PolicySwapPlaces {
    static func find(_ event: EventKind, _ configuration: ServerConfiguration) throws -> PolicyPlace? {
        try all(configuration).first { $0.policy.event == event }
    }

    static func all(_ configuration: ServerConfiguration) throws -> [PolicyPlace] {
        do throws(PolicyFolder.Missing) { return try PolicyPlace.all(at: configuration.policies) } catch { throw CommandFailure(error.description) }
    }
}
