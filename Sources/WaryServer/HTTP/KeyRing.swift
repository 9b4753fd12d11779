import Synchronization

/// The API keys that are valid now, exchanged when their file is read again.
final class KeyRing: Sendable {
    let path: String
    private let keys: Mutex<APIKeys>

    init(_ path: String) throws(APIKeyFile.Failure) {
        self.path = path
        keys = Mutex(try APIKeyFile.load(path))
    }

    var current: APIKeys { keys.withLock { $0 } }

    /// On an error the old keys stay.
    func reload() throws(APIKeyFile.Failure) {
        let fresh = try APIKeyFile.load(path)
        keys.withLock { $0 = fresh }
    }
}
