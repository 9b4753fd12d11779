import ArgumentParser
import WaryEngine
import WaryLanguage
import WaryServer
import WaryVocabulary

/// `wary diff`: what sets two policies apart in meaning.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Says what sets two policies apart in meaning, with a sign-in for each way in which they decide differently.",
        discussion: """
            Layout, comments, titles, the order of rules and the names of lets do not count. The sign-ins are looked for at the
            boundaries of the conditions and both policies are run on each. That none is found is no proof that there is none.
            Examples:
              wary diff Policies/customer_sign_in.wary next.wary
              wary diff old.wary new.wary --format json
            Exits 0 where the policies are alike, 1 where they differ, 2 for wrong usage or a policy with errors.
            """)

    @Argument(help: ArgumentHelp("The policy as it was.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The policy as it is to be.", valueName: "new"))
    var new: String

    @Option(name: .long, help: "Sign-ins to try at most: more finds rarer differences.")
    var trials = PolicyDifference.trials

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func validate() throws {
        if trials < 1 { throw ValidationError("--trials should be at least 1") }
    }

    func run() throws {
        let before = try Self.load(old), after = try Self.load(new)
        let difference = PolicyDifference(from: before, to: after, trials: trials)
        switch format {
        case .human: print(DifferenceText(difference, before, after).text(on: .output))
        case .json: printJSON { writer in writer.object { DifferenceJSON(difference, before, after).write(&$0) } }
        }
        if !difference.isEmpty { throw Exit.findings }
    }

    /// The one policy that a file holds; its own tests need not pass.
    static func load(_ path: String) throws -> CompiledPolicy {
        let library: PolicyLibrary
        do throws(PolicyFolder.Missing) { library = try PolicyLibrary.load([path]) } catch {
            throw CommandFailure(error.description, code: Exit.usage)
        }
        if library.hasErrors { throw CommandFailure(RefusalText(.faulty(library)).description, code: Exit.usage) }
        guard library.policies.count == 1, let policy = library.policies.first else {
            throw CommandFailure("\(path) should hold one policy, and holds \(library.policies.count)", code: Exit.usage)
        }
        return policy
    }
}
