import HTTPTypes
import NIOCore
import WaryVocabulary

/// Who asks, as far as the connection and the header say.
struct HTTPCaller: Sendable {
    var headers = HTTPFields()
    /// The address at the other end; behind a proxy of ours, the one that it names.
    var address: IPAddress?
    /// One of the installation's own programs: on the Unix socket, or with a key of scope `accounts`.
    var isTrusted = false
}

extension HTTPService {
    /// A program's own key may stand in `Wary-Key`, so that `Authorization` can hold the session of the person it asks for.
    func caller(_ headers: HTTPFields, _ origin: Origin, _ peer: SocketAddress?, _ route: HTTPRoute) throws(Refusal) -> HTTPCaller {
        var caller = HTTPCaller(headers: headers, address: peer?.ipAddress.flatMap { IPAddress($0) }, isTrusted: origin == .local)
        if let address = caller.address, proxies.contains(where: { $0.contains(address) }) { caller.address = forwarded(headers) ?? address }
        guard origin == .network else { return caller }
        let bearer = (headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        if bearer.count == 2, bearer[0].lowercased() == "bearer", bearer[1].hasPrefix("wary_") { caller.isTrusted = isOurs(String(bearer[1])) }
        if let key = Self.keyName.flatMap({ headers[$0] }) {
            guard isOurs(key) else {
                throw Refusal(failure: WireFailure(.notAllowed, "Wary-Key holds no valid key with the scope \"accounts\""), status: 401, route: route)
            }
            caller.isTrusted = true
        }
        return caller
    }

    private static let keyName = HTTPField.Name("Wary-Key")
    private static let forwardedName = HTTPField.Name("X-Forwarded-For")

    private func isOurs(_ key: String) -> Bool { keys().holder(of: key).map { $0.scopes.contains(.accounts) && $0.tenants == nil } ?? false }

    /// The last address that no proxy of ours has: what stands before it, its client may have written itself.
    private func forwarded(_ headers: HTTPFields) -> IPAddress? {
        guard let name = Self.forwardedName else { return nil }
        let hops = headers[values: name].flatMap { $0.split(separator: ",") }.map { String($0.trimming { $0 == " " || $0 == "\t" }) }
        for hop in hops.reversed() {
            guard let address = IPAddress(hop) else { return nil }
            if !proxies.contains(where: { $0.contains(address) }) { return address }
        }
        return nil
    }
}
