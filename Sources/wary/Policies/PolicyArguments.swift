import ArgumentParser
import WaryEngine
import WaryLanguage

/// The policy files that a command is about.
struct PolicyArguments: ParsableArguments {
    @Argument(help: "Policy files, or folders with policy files in them.")
    var paths: [String]

    func load() throws -> PolicyLibrary {
        do throws(PolicyFolder.Missing) {
            return try PolicyLibrary.load(paths)
        } catch {
            throw CommandFailure(error.description, code: Exit.usage)
        }
    }
}
