import SwiftASN1

/// Android's `KeyDescription`, as far as it is looked at.
struct AndroidKeyDescription {
    let challenge: [UInt8]
    /// Some list says that any app may use the key.
    let isForAllApplications: Bool

    init?(_ content: [UInt8]) {
        guard let root = try? DER.parse(content), case .constructed(let members) = root.content else { return nil }
        let parts = Array(members)
        guard parts.count == 8, case .primitive(let challenge) = parts[4].content, parts[4].identifier == .octetString,
              case .constructed(let software) = parts[6].content, case .constructed(let hardware) = parts[7].content
        else { return nil }
        self.challenge = Array(challenge)
        let allApplications = ASN1Identifier(tagWithNumber: 600, tagClass: .contextSpecific)
        isForAllApplications = (Array(software) + Array(hardware)).contains { $0.identifier == allApplications }
    }
}

/// Bytes read from the front, big-endian; nil past their end.
private struct Bytes {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Two bytes of length, then as many.
    mutating func sized() -> [UInt8]? { take(2).flatMap { take(Int($0[0]) << 8 | Int($0[1])) } }
}

/// A TPM's `TPMT_PUBLIC` of a key on P-256.
struct TPMPublicArea {
    /// The uncompressed point.
    let point: [UInt8]

    init?(_ area: [UInt8]) {
        var bytes = Bytes(area)
        // TPM_ALG_ECC, named by TPM_ALG_SHA256; attributes, policy, symmetric cipher and scheme are not looked at; TPM_ECC_NIST_P256.
        guard bytes.take(2) == [0x00, 0x23], bytes.take(2) == [0x00, 0x0b], bytes.take(4) != nil, bytes.sized() != nil,
              bytes.take(2) != nil, bytes.take(2) != nil, bytes.take(2) == [0x00, 0x03], bytes.take(2) != nil,
              let x = bytes.sized(), let y = bytes.sized(), bytes.isAtEnd, x.count <= 32, y.count <= 32
        else { return nil }
        point = [4] + [UInt8](repeating: 0, count: 32 - x.count) + x + [UInt8](repeating: 0, count: 32 - y.count) + y
    }
}

/// A TPM's `TPMS_ATTEST` of a key.
struct TPMCertification {
    let extraData: [UInt8]
    let name: [UInt8]

    init?(_ info: [UInt8]) {
        var bytes = Bytes(info)
        // TPM_GENERATED_VALUE, TPM_ST_ATTEST_CERTIFY; the signer's name, the clock and the firmware's version are not looked at.
        guard bytes.take(4) == [0xff, 0x54, 0x43, 0x47], bytes.take(2) == [0x80, 0x17], bytes.sized() != nil, let extraData = bytes.sized(),
              bytes.take(17) != nil, bytes.take(8) != nil, let name = bytes.sized(), bytes.sized() != nil, bytes.isAtEnd
        else { return nil }
        self.extraData = extraData
        self.name = name
    }
}
