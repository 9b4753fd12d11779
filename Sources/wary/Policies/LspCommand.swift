import ArgumentParser
import Foundation
import WaryEditor
import WaryEngine

/// `wary lsp`: what an editor talks to.
struct LspCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "Serves an editor: the language server, over the standard streams.",
        discussion: """
            Editors start it themselves; Docs/editor has an extension for VS Code and says how to set up others.
            Example:
              wary lsp
            """)

    /// Some clients name the transport they use, which is the only one.
    @Flag(name: .long, help: .hidden)
    var stdio = false

    func run() throws {
        let code = StandardStreams.serve(LanguageServer(version: Version.current))
        if code != 0 { throw ExitCode(code) }
    }
}
