import Foundation
import Logging
import WaryServer
import WarySimulation
import WaryVocabulary

/// The set for a demo: a temporary folder with a made-up world's position databases, and a real server on it, in replay mode.
struct DemoStage {
    let folder: String
    let server: Server

    var socket: String { folder + "/decide.sock" }

    static func build(for scenario: Scenario, policy: String, at start: Instant) async throws -> DemoStage {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-demo-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true,
                                                attributes: [.posixPermissions: 0o700])
        do {
            var positions: [String] = []
            for database in scenario.world.databases(built: start) {
                positions.append("\(folder)/\(database.name)")
                try Data(database.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(database.name)"))
            }
            var reader = ConfigurationReader()
            try reader.read(flags: [
                .data: [folder + "/data"], .policies: [policy], .positions: positions, .socket: [folder + "/decide.sock"],
                .keyFile: [folder + "/installation.key"], .replay: ["true"],
            ])
            let server = try await Server.start(ServerConfiguration(reader), logger: Logger(label: "wary.demo") { _ in
                SwiftLogNoOpLogHandler()
            })
            return DemoStage(folder: folder, server: server)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// Stops the server and removes the folder.
    func strike() async {
        await server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The starter policy: in this folder, beside the program, or where a package puts it.
    static func starterPolicy() -> String? {
        let name = "Policies/customer_sign_in.wary"
        var places = [FileManager.default.currentDirectoryPath]
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<5 {
            places.append(folder.path)
            folder.deleteLastPathComponent()
        }
        places.append("/usr/share/wary")
        return places.map { "\($0)/\(name)" }.first(where: FileManager.default.fileExists(atPath:))
    }
}
