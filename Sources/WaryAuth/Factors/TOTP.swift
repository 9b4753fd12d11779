import Crypto
import Foundation
import WaryVocabulary

/// Time-based one-time passwords (RFC 6238 over RFC 4226).
public enum TOTP {
    public enum Algorithm: String, Hashable, Sendable, Codable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha512 = "SHA512"
    }

    /// What the app and we share.
    public struct Key: Hashable, Sendable, Codable {
        public var secret: [UInt8]
        public var algorithm: Algorithm
        public var digits: Int
        /// Seconds.
        public var period: Int64

        public init(secret: [UInt8], algorithm: Algorithm = .sha1, digits: Int = 6, period: Int64 = 30) {
            self.secret = secret
            self.algorithm = algorithm
            self.digits = digits
            self.period = period
        }

        /// A new one: 160 bits, as RFC 4226 recommends; SHA-256 gets 256.
        public static func random(_ algorithm: Algorithm = .sha1) -> Key {
            Key(secret: SecureRandom.bytes(algorithm == .sha1 ? 20 : 32), algorithm: algorithm)
        }

        /// What authenticator apps read from a QR code.
        public func uri(service: String, account: String) -> String {
            let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
            let issuer = service.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
            let label = account.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
            return "otpauth://totp/\(issuer):\(label)?secret=\(TextForm.base32(secret))&issuer=\(issuer)"
                + "&algorithm=\(algorithm.rawValue)&digits=\(digits)&period=\(period)"
        }
    }

    /// The step that an instant lies in.
    public static func step(at now: Instant, _ key: Key) -> Int64 { now.milliseconds / 1000 / key.period }

    public static func code(_ key: Key, step: Int64) -> String {
        let counter = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Array($0) }
        let secret = SymmetricKey(data: key.secret)
        let mac: [UInt8] = switch key.algorithm {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: secret))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: counter, using: secret))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: counter, using: secret))
        }
        let offset = Int(mac[mac.count - 1] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & 0x7fff_ffff
        let digits = String(number)
        return String((String(repeating: "0", count: key.digits) + digits).suffix(key.digits))
    }

    /// The step whose code this is, among the present one and its neighbours, but never one at or before `lastStep`: a code
    /// is good once. Nil where it is none of them. All are always compared.
    public static func match(_ code: String, _ key: Key, at now: Instant, lastStep: Int64?) -> Int64? {
        let present = step(at: now, key)
        var found: Int64?
        for step in present - 1 ... present + 1 where SecretComparison.equal(code.utf8, Self.code(key, step: step).utf8) && found == nil {
            if step > lastStep ?? .min { found = step }
        }
        return found
    }
}
