import Foundation

/// Writes messages to a file, one JSON object a line, for development: whoever reads the file reads the codes.
public final class FileCourier: Courier {
    private let path: String
    private let lock = NSLock()

    public init(path: String) { self.path = path }

    public func deliver(_ message: OutgoingMessage) async throws(CourierFailure) {
        let line: Data
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            line = try encoder.encode(WebhookBody(message)) + [0x0a]
        } catch {
            throw CourierFailure("a message cannot be written as JSON", isPassing: false)
        }
        guard append(line) else { throw CourierFailure("the file of messages cannot be written", isPassing: true) }
    }

    private func append(_ line: Data) -> Bool {
        lock.withLock {
            let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == line.count
        }
    }
}

/// A message as JSON, for files and webhooks.
public struct WebhookBody: Codable, Sendable, Hashable {
    public let channel: String
    public let to: String
    public let kind: String
    public let subject: String?
    public let text: String
    public let reference: String?

    public init(_ message: OutgoingMessage) {
        channel = message.channel.rawValue
        to = message.address
        kind = message.kind.rawValue
        subject = message.subject
        text = message.text
        reference = message.reference
    }
}
