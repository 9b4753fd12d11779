import WaryEngine
import WaryVocabulary

/// `"forwarded":{"peer":"10.0.0.5","chain":"203.0.113.7, 10.0.0.9"}`: what an app behind proxies knows of its client.
extension RequestDecoder {
    func forwarded(_ members: RequestMembers) throws(WireFailure) -> Forwarded? {
        guard let value = members.value(.forwarded) else { return nil }
        guard value.kind == .object else { throw .badRequest("\"forwarded\" must be an object: peer, chain") }
        var peer: IPAddress?, chain: [String] = []
        for (key, value) in value.members where !value.isNull {
            if key == "peer" {
                let text = try RequestMembers.text(value, "forwarded.peer", limit: EngineLimits.textBytes, mayBeEmpty: false)
                peer = IPAddress(text)
                if peer == nil { throw .badRequest("\"forwarded.peer\" must be one IPv4 or IPv6 address, without port, zone or leading zeros") }
            } else if key == "chain" {
                chain = try Self.texts(value)
            } else {
                throw .badRequest("unknown field \"\(Self.quoted(key.string))\" in \"forwarded\"; known are peer, chain")
            }
        }
        guard peer != nil else { throw .badRequest("\"forwarded.peer\" is required: the address that connected to the app") }
        return Forwarded(peer: peer, chain: Forwarded.chain(chain.filter { !$0.allSatisfy { $0 == " " } }))
    }

    /// The header's text, or a list of texts where it stood more than once.
    private static func texts(_ value: JSONValue) throws(WireFailure) -> [String] {
        let name = "forwarded.chain"
        guard value.kind == .array else { return [try RequestMembers.text(value, name, limit: EngineLimits.agentBytes, mayBeEmpty: true)] }
        var texts: [String] = []
        for element in value.elements {
            texts.append(try RequestMembers.text(element, name, limit: EngineLimits.agentBytes, mayBeEmpty: true))
        }
        return texts
    }
}
