import Foundation
import WaryHistory

/// Finds the installation's key, or makes it at the first start. It does not lie in the data folder: whoever carries off
/// the folder alone can read nothing.
public enum KeySource {
    public struct Found: Sendable {
        public var key: InstallationKey
        /// What the operator should know: that a key was made, or lies where the data does.
        public var notes: [String]
    }

    /// From the environment's variable (64 hexadecimal digits), else from the file, which is made with mode 0600 where it
    /// is not there.
    /// - Parameter file: nil stands for the data folder's own name with `.key` after it.
    public static func key(forDataAt directory: String, file: String? = nil, variable: String = "WARY_KEY",
                           environment: [String: String] = ProcessInfo.processInfo.environment) throws(HistoryError) -> Found {
        if file == nil, let text = environment[variable], !text.isEmpty {
            guard let key = InstallationKey(hex: text) else {
                throw .damaged(file: variable, place: "its text", help: "it must hold 64 hexadecimal digits and nothing else")
            }
            return Found(key: key, notes: [])
        }
        let folder = absolute(directory)
        let path = file ?? folder + ".key"
        let (key, isNew) = try InstallationKey.loadOrCreate(at: path)
        var notes: [String] = []
        if isNew { notes.append("made the installation's key, \(path); without it the data cannot be read: keep a copy elsewhere") }
        if absolute(path).hasPrefix(folder + "/") {
            notes.append("the key \(path) lies in the data folder: whoever takes the one has the other")
        }
        return Found(key: key, notes: notes)
    }

    /// Without `.`, `..` and slashes at the end.
    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
