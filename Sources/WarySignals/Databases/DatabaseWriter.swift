import WaryVocabulary

/// Writes MaxMind DB files (format 2.0, 32-bit records, IPv6 tree with IPv4 under ::/96): the only writer there is here.
public struct DatabaseWriter: Sendable {
    private enum Child {
        case empty
        case node(Int)
        case record(Int)
    }

    private let type: String
    private let description: String
    private let built: Instant
    private var entries: [(network: Network, offset: Int)] = []
    private var data: [UInt8] = []
    private var offsets: [[UInt8]: Int] = [:]

    /// - Parameters:
    ///   - type: the metadata's `database_type`, by which readers know what is inside: `GeoLite2-City`, `GeoLite2-ASN`, …
    ///   - built: the metadata's `build_epoch`.
    public init(type: String, description: String, built: Instant) {
        self.type = type
        self.description = description
        self.built = built
    }

    /// Gives a network a record. Where networks overlap, the longer prefix holds; of two alike, the later.
    public mutating func insert(_ network: Network, _ record: DatabaseValue) {
        var encoded: [UInt8] = []
        record.encode(into: &encoded)
        let offset = offsets[encoded] ?? data.count
        if offset == data.count {
            offsets[encoded] = offset
            data.append(contentsOf: encoded)
        }
        entries.append((network, offset))
    }

    /// The whole file.
    public func bytes() -> [UInt8] {
        let nodes = tree()
        var file: [UInt8] = []
        file.reserveCapacity(nodes.count * 8 + data.count + 512)
        for node in nodes {
            for child in [node.0, node.1] { append(pointer(to: child, nodeCount: nodes.count), to: &file) }
        }
        file.append(contentsOf: [UInt8](repeating: 0, count: 16))
        file.append(contentsOf: data)
        file.append(contentsOf: [0xab, 0xcd, 0xef])
        file.append(contentsOf: "MaxMind.com".utf8)
        metadata(nodeCount: nodes.count).encode(into: &file)
        return file
    }

    private func tree() -> [(Child, Child)] {
        var nodes: [(Child, Child)] = [(.empty, .empty)]
        for entry in entries.sorted(by: { $0.network.mappedLength < $1.network.mappedLength }) {
            let high = entry.network.address.isV4 ? 0 : entry.network.address.high
            let low = entry.network.address.isV4 ? entry.network.address.low & 0xffff_ffff : entry.network.address.low
            let length = entry.network.mappedLength
            guard length > 0 else {
                nodes = [(.record(entry.offset), .record(entry.offset))]
                continue
            }
            var node = 0
            for depth in 0..<length {
                let isRight = (depth < 64 ? high >> UInt64(63 - depth) : low >> UInt64(127 - depth)) & 1 == 1
                let child = isRight ? nodes[node].1 : nodes[node].0
                var next = Child.record(entry.offset)
                if depth < length - 1 {
                    switch child {
                    case .node: next = child
                    case .empty, .record:
                        nodes.append((child, child))
                        next = .node(nodes.count - 1)
                    }
                }
                if isRight { nodes[node].1 = next } else { nodes[node].0 = next }
                if case .node(let index) = next { node = index }
            }
        }
        return nodes
    }

    /// A record's value: below the node count a node, at it nothing, above it a place in the data section.
    private func pointer(to child: Child, nodeCount: Int) -> UInt32 {
        switch child {
        case .empty: UInt32(truncatingIfNeeded: nodeCount)
        case .node(let index): UInt32(truncatingIfNeeded: index)
        case .record(let offset): UInt32(truncatingIfNeeded: nodeCount + 16 + offset)
        }
    }

    private func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }

    private func metadata(nodeCount: Int) -> DatabaseValue {
        .map([
            ("binary_format_major_version", .uint16(2)),
            ("binary_format_minor_version", .uint16(0)),
            ("build_epoch", .uint64(UInt64(max(0, built.milliseconds / 1000)))),
            ("database_type", .text(type)),
            ("description", .map([("en", .text(description))])),
            ("ip_version", .uint16(6)),
            ("languages", .array([.text("en")])),
            ("node_count", .uint32(UInt32(truncatingIfNeeded: nodeCount))),
            ("record_size", .uint16(32)),
        ])
    }
}

extension DatabaseValue {
    /// A record as City databases have them.
    public static func city(_ position: Position) -> DatabaseValue {
        var entries: [(key: String, value: DatabaseValue)] = []
        if let city = position.city { entries.append(("city", .map([("names", .map([("en", .text(city))]))]))) }
        if let country = position.country { entries.append(("country", .map([("iso_code", .text(country.description))]))) }
        var location: [(key: String, value: DatabaseValue)] = []
        if let accuracy = position.accuracy {
            location.append(("accuracy_radius", .uint16(UInt16(max(0, min(65_535, (accuracy / 1000).rounded()))))))
        }
        if let point = position.point {
            location.append(("latitude", .double(point.latitude)))
            location.append(("longitude", .double(point.longitude)))
        }
        if let zone = position.timeZone { location.append(("time_zone", .text(zone))) }
        if !location.isEmpty { entries.append(("location", .map(location))) }
        if let region = position.region { entries.append(("subdivisions", .array([.map([("iso_code", .text(region))])]))) }
        return .map(entries)
    }

    /// A record as ASN databases have them.
    public static func asn(_ network: NetworkFacts) -> DatabaseValue {
        var entries: [(key: String, value: DatabaseValue)] = []
        if let asn = network.asn { entries.append(("autonomous_system_number", .uint32(asn))) }
        if let name = network.name { entries.append(("autonomous_system_organization", .text(name))) }
        return .map(entries)
    }

    /// A record as Anonymous-IP databases have them: the flags that are set.
    public static func anonymous(_ network: NetworkFacts) -> DatabaseValue {
        let flags = [("is_anonymous", network.anonymous), ("is_anonymous_vpn", network.vpn),
                     ("is_hosting_provider", network.hosting), ("is_public_proxy", network.proxy),
                     ("is_tor_exit_node", network.tor)]
        return .map(flags.compactMap { name, flag in flag == true ? (name, .bool(true)) : nil })
    }
}
