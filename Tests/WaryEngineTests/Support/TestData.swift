import Foundation

/// Other people's test data, where it is there: `WARY_SHARED`, else the folder `shared` beside the repository.
enum TestData {
    static let root: String = {
        let source = URL(fileURLWithPath: #filePath)
        let repository = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = repository.deletingLastPathComponent().appendingPathComponent("shared").path
        return ProcessInfo.processInfo.environment["WARY_SHARED"] ?? beside
    }()

    /// Nil where the data is not there.
    static func path(_ name: String) -> String? {
        let path = "\(root)/data/\(name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    static func skipped(_ name: String) {
        print("SKIPPED: \(name) is not there; set WARY_SHARED to the folder that holds data/")
    }

    /// The repository's own policies.
    static var policies: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Policies").path
    }
}
