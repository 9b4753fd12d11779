import Foundation
import Glibc

/// A client of few manners for tests: sends bytes, reads bytes. Its blocking calls run on threads of their own, so that
/// they never hold up the server's tasks.
struct HTTPClient: Sendable {
    struct Response: Sendable {
        var status: Int
        /// Names in small letters.
        var headers: [String: String]
        var body: String
    }

    enum Failure: Error { case cannotConnect, closed, notHTTP }

    var connect: @Sendable () throws -> Int32

    init(unix path: String) {
        connect = {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let status = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard status == 0 else { throw Failure.cannotConnect }
            return descriptor
        }
    }

    init(port: Int) {
        connect = {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let status = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard status == 0 else { throw Failure.cannotConnect }
            return descriptor
        }
    }

    func send(_ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]) async throws -> Response {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: wary\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        text += "\r\n" + (body ?? "")
        let responses = try Self.responses(in: try await exchange([Array(text.utf8)]))
        guard let first = responses.first else { throw Failure.closed }
        return first
    }

    /// Sends pieces with pauses between them, then reads until the server closes.
    func exchange(_ pieces: [[UInt8]], pause: Duration = .zero, closesOutput: Bool = false) async throws -> [UInt8] {
        try await Self.onThread {
            let descriptor = try connect()
            defer { close(descriptor) }
            for (index, piece) in pieces.enumerated() {
                if index > 0 { usleep(UInt32(pause / .microseconds(1))) }
                var sent = 0
                while sent < piece.count {
                    let count = piece[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                    if count <= 0 { break }
                    sent += count
                }
            }
            if closesOutput { shutdown(descriptor, Int32(SHUT_WR)) }
            return Self.readToEnd(descriptor)
        }
    }

    static func readToEnd(_ descriptor: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return received }
            received.append(contentsOf: chunk[..<count])
        }
    }

    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    /// Every response in a stream of them, interim ones left out.
    static func responses(in bytes: [UInt8]) throws -> [Response] {
        var rest = bytes[...]
        var responses: [Response] = []
        while !rest.isEmpty {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { throw Failure.notHTTP }
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ")
            guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw Failure.notHTTP }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { throw Failure.notHTTP }
                headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
            rest = rest[end.upperBound...]
            if status / 100 == 1 { continue }
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            responses.append(Response(status: status, headers: headers, body: String(decoding: rest.prefix(length), as: UTF8.self)))
            rest = rest.dropFirst(length)
        }
        return responses
    }
}
