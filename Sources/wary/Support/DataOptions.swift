import ArgumentParser
import Foundation
import WaryEngine
import WaryHistory
import WaryServer

/// Where history lies, for the commands that open it themselves.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp(
        "A server's configuration, for the data folder and all else that its own flags do not say; WARY_CONFIG where not given.",
        valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("The data folder; WARY_DATA where not given.", valueName: "dir"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp(
        "The file with the installation's key; WARY_KEY_FILE where not given, else DIR.key beside the data folder.",
        valueName: "file"))
    var keyFile: String?

    init() {}

    init(config: String?) { self.config = config }

    /// Opens the folder, and tells on the error stream what the operator should know about its key.
    /// - Parameter readOnly: for looking only; a server may hold the folder meanwhile.
    func open(readOnly: Bool = false) throws -> History {
        let found = try located(mustExist: readOnly)
        do throws(HistoryError) {
            return try History.open(found.directory, key: found.key, options: HistoryOptions(isReadOnly: readOnly))
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The folder and its key, for what is not done with the folder open.
    func located(mustExist: Bool = true) throws -> (directory: String, key: InstallationKey) {
        let settings = try settings()
        guard let directory = data ?? settings.data, !directory.isEmpty else {
            throw ValidationError("Say where history lies: --data DIR, or --config FILE")
        }
        if mustExist, !FileManager.default.fileExists(atPath: directory) {
            throw CommandFailure("\(directory): there is no such folder")
        }
        do throws(HistoryError) {
            let found = try KeySource.key(forDataAt: directory, file: keyFile ?? settings.keyFile)
            for note in found.notes { complain("wary: \(note)") }
            return (directory, found.key)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The configuration file, then the environment.
    func settings(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> OfflineSettings {
        do throws(ConfigurationError) {
            var reader = ConfigurationReader()
            if let path = config ?? environment["WARY_CONFIG"], !path.isEmpty { try reader.read(file: path) }
            try reader.read(environment: environment)
            return OfflineSettings(reader)
        } catch {
            throw CommandFailure("\(error)", code: Exit.usage)
        }
    }
}
