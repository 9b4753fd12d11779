import PackagePlugin

/// Turns Docs/openapi.yaml into a source file of WaryServer's at every build, so that the program serves what the docs say
/// wherever it is installed.
@main
struct EmbedOpenAPI: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let description = context.package.directoryURL.appending(path: "Docs/openapi.yaml")
        let source = context.pluginWorkDirectoryURL.appending(path: "OpenAPIText.swift")
        return [
            .buildCommand(displayName: "Embedding Docs/openapi.yaml", executable: try context.tool(named: "openapi-embedder").url,
                          arguments: [description.path, source.path], inputFiles: [description], outputFiles: [source]),
        ]
    }
}
