import Foundation
import WaryServer

/// Decides through a server's socket: requests and answers are under way at the same time.
struct RemoteDecisions {
    let path: String

    /// Calls `show` with each answer's line, in order.
    func answer(_ lines: [[UInt8]], _ show: ([UInt8]) -> Void) async throws {
        let client: LineClient
        do {
            client = try LineClient(path)
        } catch {
            throw CommandFailure(error.description, code: Exit.unreachable)
        }
        let sender = client.sender
        let sending = Thread { for line in lines where !sender.send(line) { return } }
        sending.start()
        do {
            for _ in lines { show(try client.receive()) }
        } catch {
            throw CommandFailure(error.description, code: Exit.unreachable)
        }
    }
}
