import Foundation

/// The base protocol's framing: `Content-Length: N`, a blank line, N bytes of JSON.
public struct MessageFraming: Sendable {
    /// Why a stream cannot be read on.
    public enum Fault: Error, Sendable, Hashable {
        /// A header without a length, or with one beyond the limit: where the next message begins is not known.
        case header
        /// A message that is no JSON; the next one can be read.
        case json
    }

    private var buffer: [UInt8] = []

    public init() {}

    /// Takes what arrived.
    public mutating func receive(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

    /// The next whole message; nil until there is one.
    public mutating func next() throws(Fault) -> JSON? {
        guard let headerEnd = endOfHeader() else {
            if buffer.count > EditorLimits.headerBytes { throw .header }
            return nil
        }
        let header = String(decoding: buffer[..<headerEnd], as: UTF8.self)
        guard let length = Self.length(header), length <= EditorLimits.messageBytes else { throw .header }
        let end = headerEnd + 4 + length
        guard buffer.count >= end else { return nil }
        let body = Data(buffer[(headerEnd + 4)..<end])
        buffer.removeFirst(end)
        do {
            return try JSONDecoder().decode(JSON.self, from: body)
        } catch {
            throw .json
        }
    }

    /// A message as it is sent.
    public static func framed(_ message: JSON) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        guard let body = try? encoder.encode(message) else { return [] }
        return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    private func endOfHeader() -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard buffer.count >= 4 else { return nil }
        for start in 0...(min(buffer.count, EditorLimits.headerBytes) - 4) where buffer[start] == mark[0] {
            if Array(buffer[start..<(start + 4)]) == mark { return start }
        }
        return nil
    }

    private static func length(_ header: String) -> Int? {
        for line in header.components(separatedBy: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0].lowercased() == "content-length", let length = Int(parts[1]), length >= 0 { return length }
        }
        return nil
    }
}
