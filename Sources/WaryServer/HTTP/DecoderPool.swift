import NIOCore
import Synchronization
import WaryEngine

/// Decoders for whoever needs one: requests over HTTP hop between threads, and a decoder serves one at a time.
final class DecoderPool: Sendable {
    // SAFETY: a decoder is in the pool or with the one caller that took it out, never both: `take` removes it under the
    // lock, and only that caller puts it back.
    private struct Loan: @unchecked Sendable {
        let decoder: RequestDecoder
    }

    private let idle = Mutex<[Loan]>([])

    /// Reads a body as the object of one operation; `decisionID` is the path's.
    func decode(_ body: ByteBuffer, as operation: Operation, decisionID: String?) -> WireRequest {
        do throws(WireFailure) {
            return try with { decoder in
                body.withUnsafeReadableBytes { decoder.decode(0..<$0.count, of: $0, as: operation, decisionID: decisionID) }
            }
        } catch {
            return WireRequest(id: nil, body: .failure(error))
        }
    }

    /// The policy's text in `{"text":…}`.
    func draft(_ body: ByteBuffer) throws(WireFailure) -> PolicyDraft {
        try with { decoder in
            body.withUnsafeReadableBytes { decoder.draft(0..<$0.count, of: $0) }
        }.get()
    }

    /// A body that has nothing to say: none at all, or an empty object.
    func empty(_ body: ByteBuffer) throws(WireFailure) {
        guard body.readableBytes > 0 else { return }
        try with { decoder in
            body.withUnsafeReadableBytes { decoder.emptiness(0..<$0.count, of: $0) }
        }.get()
    }

    private func with<Result>(_ body: (RequestDecoder) -> Result) throws(WireFailure) -> Result {
        let loan: Loan
        if let waiting = idle.withLock({ $0.popLast() }) {
            loan = waiting
        } else if let made = try? RequestDecoder() {
            loan = Loan(decoder: made)
        } else {
            throw WireFailure(.overloaded, "memory is short", retryAfterMilliseconds: EngineLimits.retryAfterMilliseconds)
        }
        defer { idle.withLock { $0.append(loan) } }
        return body(loan.decoder)
    }
}
