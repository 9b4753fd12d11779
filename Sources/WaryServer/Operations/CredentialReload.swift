extension Server {
    /// The files of keys and certificates that are read again when they change; empty where there are none.
    public var credentialPaths: [String] {
        [keys?.path].compactMap(\.self) + (configuration.httpListen == nil ? [] : configuration.tls?.paths ?? [])
    }

    /// Reads API keys, certificate and private key again, each by itself; on an error the old one stays.
    public func reloadCredentials(because reason: String) {
        guard !credentialPaths.isEmpty else { return }
        if let keys { note("keys", reason) { try keys.reload() } }
        if configuration.tls != nil, configuration.httpListen != nil {
            note("certificates", reason) { for server in http { try server.reloadTLS() } }
        }
    }

    private func note(_ what: String, _ reason: String, _ reload: () throws -> Void) {
        do {
            try reload()
            metrics.reloads.with(what, "ok").add()
            metrics.isLastReloadGood.with(what).set(1)
            logger.notice("\(what) reloaded", metadata: ["reason": "\(reason)"])
        } catch {
            metrics.reloads.with(what, "failed").add()
            metrics.isLastReloadGood.with(what).set(0)
            logger.error("\(what) are not reloaded; the old ones stay", metadata: ["reason": "\(reason)", "fault": "\(error)"])
        }
    }
}
