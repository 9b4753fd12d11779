import Foundation
import Testing

/// The test data that others made, which lie beside the project and may be absent.
enum SharedData {
    /// `WARY_SHARED`, else `../shared` beside the repository.
    static let root: String = {
        if let path = ProcessInfo.processInfo.environment["WARY_SHARED"] { return path + "/data" }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    }()

    /// Says loudly when tests that need the data are skipped.
    static let isThere: Bool = {
        let found = FileManager.default.fileExists(atPath: root + "/README.md")
        if !found { print("SKIPPED: no shared test data at \(root); set WARY_SHARED to the folder that holds `data`") }
        return found
    }()

    static func path(_ name: String) -> String { root + "/" + name }

    static func json(_ name: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}

/// A temporary folder that goes away with its owner.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "wary-signals-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }
}
