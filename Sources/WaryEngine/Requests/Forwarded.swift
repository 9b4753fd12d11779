import WaryVocabulary

/// What an app that stands behind proxies knows of its client's address: who connected to it, and what that one says of
/// those before it. Which of these is the client, the engine tells by the proxies it is configured to trust.
public struct Forwarded: Sendable, Hashable {
    /// Who connected to the app; nil where the app cannot tell.
    public var peer: IPAddress?
    /// The addresses of the chain, the client's end first, as `X-Forwarded-For` has them; nil for one that is no address.
    public var chain: [IPAddress?]

    public init(peer: IPAddress?, chain: [IPAddress?]) {
        self.peer = peer
        self.chain = chain
    }

    /// The chain that a header's text or a list of texts holds: commas between addresses, ports and brackets allowed.
    public static func chain(_ texts: [String]) -> [IPAddress?] {
        texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.suffix(EngineLimits.forwardedHops)
            .map { address(of: $0) }
    }

    /// `203.0.113.7`, `203.0.113.7:1234`, `[2001:db8::1]`, `[2001:db8::1]:443`, `2001:db8::1`.
    private static func address(of text: Substring) -> IPAddress? {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let behind = rest[rest.index(after: end)...]
            return behind.isEmpty || isPort(behind) ? IPAddress(String(rest[rest.index(after: rest.startIndex)..<end])) : nil
        }
        if let colon = rest.firstIndex(of: ":"), rest.lastIndex(of: ":") == colon, isPort(rest[colon...]) { rest = rest[..<colon] }
        return IPAddress(String(rest))
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && UInt16(text.dropFirst()) != nil
    }
}

/// Where a decision's address came from.
public enum ClientIPSource: String, Sendable, Hashable {
    /// The app's peer: no proxy stood between.
    case peer
    /// The first in the chain, seen from the app, that is no trusted proxy.
    case forwarded
    /// Nobody who is trusted has said it.
    case unknown
}

/// Tells the client from the proxies.
struct ProxyTrust: Sendable {
    let proxies: [Network]

    /// The client's address. A chain is believed only as far as trusted proxies have written it: whoever sends it may have
    /// made up the rest.
    func client(of forwarded: Forwarded) -> (address: IPAddress?, source: ClientIPSource) {
        guard let peer = forwarded.peer else { return (nil, .unknown) }
        guard isTrusted(peer) else { return forwarded.chain.isEmpty ? (peer, .peer) : (nil, .unknown) }
        var farthest: IPAddress?
        for hop in forwarded.chain.reversed() {
            guard let hop else { return (nil, .unknown) }
            guard isTrusted(hop) else { return (hop, .forwarded) }
            farthest = hop
        }
        // Proxies all the way: the farthest of them asked by itself.
        return farthest.map { ($0, .forwarded) } ?? (nil, .unknown)
    }

    private func isTrusted(_ address: IPAddress) -> Bool { proxies.contains { $0.contains(address) } }
}
