import Crypto
import Foundation
import WaryVocabulary
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Hands messages to a program of the installation's own: `POST` of the message as JSON, signed, so that the receiver
/// knows whom it is from and when. For SMS and push, whose providers differ.
public struct WebhookCourier: Courier {
    private let url: URL
    private let secret: SymmetricKey
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - url: `https`, or `http` on this machine; nil otherwise, for codes would be sent in clear.
    ///   - secret: at least 32 bytes, known to the receiver.
    public init?(url: String, secret: [UInt8], now: @escaping @Sendable () -> Instant) {
        guard let url = URL(string: url), let host = url.host, secret.count >= 32,
              url.scheme == "https" || url.scheme == "http" && ["localhost", "127.0.0.1", "::1"].contains(host)
        else { return nil }
        self.url = url
        self.secret = SymmetricKey(data: secret)
        self.now = now
    }

    /// The header `Wary-Signature`: `t=` the Unix time, `v1=` HMAC-SHA-256 in hexadecimal over the time, a dot and the body.
    public static func signature(of body: [UInt8], at seconds: Int64, secret: [UInt8]) -> String { signature(body, seconds, SymmetricKey(data: secret)) }

    private static func signature(_ body: [UInt8], _ seconds: Int64, _ key: SymmetricKey) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(seconds).".utf8) + body, using: key)
        return "t=\(seconds),v1=\(TextForm.hexadecimal(code))"
    }

    public func deliver(_ message: OutgoingMessage) async throws(CourierFailure) {
        do {
            let body = try JSONEncoder().encode(WebhookBody(message))
            var request = URLRequest(url: url, timeoutInterval: 10)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.setValue(Self.signature(Array(body), now().milliseconds / 1000, secret), forHTTPHeaderField: "Wary-Signature")
            request.httpBody = body
            let (_, response) = try await URLSession.shared.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            guard (200..<300).contains(status) else { throw CourierFailure("the webhook answered \(status)", isPassing: status >= 500 || status == 429) }
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            throw CourierFailure("the webhook cannot be reached", isPassing: true)
        }
    }
}
