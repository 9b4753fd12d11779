import WaryEngine

/// One client of the decision socket, without its socket: bytes go in, requests and bytes come out. A value; it reads
/// no clock and calls nobody. Its driver
///  - hands it what was received, then takes requests with `next` until there is none,
///  - gives it the engine's replies, in any order,
///  - sends what `takeOutput` gives and says with `wrote` when it has left,
///  - reads only while `wantsToRead`, and closes when `isFinished`.
public struct Connection {
    private var input = LineBuffer()
    private var answers = AnswerQueue()
    private var output = JSONWriter()
    /// Bytes of answers that the client has not taken yet, those in `output` included.
    private var unread = 0
    /// No more bytes are expected: the client closed its side, was cut off, or the server stops.
    private var isEnded = false
    /// The end came in the middle of what the client sends.
    public private(set) var wasCutOff = false
    private var halfSince: UInt64?

    public init() {}

    /// False under back-pressure and after the end.
    public var wantsToRead: Bool { !isEnded && !isFull }

    /// Everything is answered and has left: the connection may be closed.
    public var isFinished: Bool { isEnded && answers.count == 0 && unread == 0 && !hasRequests }

    public var requestsInFlight: Int { answers.count }

    /// When the half request that is waiting for its rest is given up, in the clock of `now`; nil where none is.
    public var deadline: UInt64? { halfSince.map { $0 + UInt64(ServerLimits.halfRequestSeconds) * 1_000_000_000 } }

    /// Takes in received bytes.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded else { return }
        input.append(bytes)
        hasRequests = true
    }

    /// The next request for the engine; requests that are wrong answer themselves. Nil when there is none, or when so
    /// many are in flight that the rest must wait. `now` in nanoseconds on any clock that does not go back.
    public mutating func next(_ decoder: RequestDecoder, now: UInt64) -> (ticket: UInt64, request: EngineRequest)? {
        while hasRequests, !isFull {
            switch input.next() {
            case .line(let range):
                halfSince = nil
                let request = input.bytes.withUnsafeBytes { decoder.decode(range, of: $0) }
                let ticket = answers.open(id: request.id)
                switch request.body {
                case .success(let body): return (ticket, body)
                case .failure(let failure): answer(ticket, failure: failure)
                }
            case .tooLong:
                let ticket = answers.open(id: nil)
                answer(ticket, failure: WireFailure(
                    .tooLong, "a line has at most \(ServerLimits.lineBytes) bytes with its newline; the connection is closed"))
                isEnded = true
                wasCutOff = true
                forgetInput()
            case nil:
                hasRequests = false
                if isEnded { forgetInput() }
            }
        }
        watchHalf(now)
        return nil
    }

    /// The engine's reply to a request that `next` gave out.
    public mutating func answer(_ ticket: UInt64, _ reply: EngineReply) {
        let before = output.bytes.count
        answers.answer(ticket, into: &output) { writer, id in AnswerEncoder.write(reply, id: id, to: &writer) }
        unread += output.bytes.count - before
    }

    private mutating func answer(_ ticket: UInt64, failure: WireFailure) {
        let before = output.bytes.count
        answers.answer(ticket, into: &output) { writer, id in AnswerEncoder.write(failure, id: id, to: &writer) }
        unread += output.bytes.count - before
    }

    /// No more will come: the client closed its side, half a request waited too long, or the server stops. What is whole
    /// is still answered, what is half is dropped.
    public mutating func end() {
        isEnded = true
        halfSince = nil
    }

    /// The client is not served: it gets one error, and nothing it sends is looked at.
    public mutating func refuse(_ failure: WireFailure) {
        let ticket = answers.open(id: nil)
        answer(ticket, failure: failure)
        isEnded = true
        wasCutOff = true
        forgetInput()
    }

    /// Answers that can leave, whole lines; empty when there are none.
    public mutating func takeOutput() -> [UInt8] { output.bytes.isEmpty ? [] : output.take(capacity: 512) }

    /// So many bytes of `takeOutput` have left.
    public mutating func wrote(_ count: Int) { unread -= count }

    /// The input may hold whole lines that `next` has not given out.
    private var hasRequests = false

    private var isFull: Bool {
        answers.count >= ServerLimits.requestsInFlight || unread >= ServerLimits.unreadAnswerBytes
    }

    private mutating func forgetInput() {
        input.dropAll()
        hasRequests = false
        halfSince = nil
    }

    /// The wait for the rest of a request counts from its first byte, but only while it could come in.
    private mutating func watchHalf(_ now: UInt64) {
        guard input.isHalf, wantsToRead else { return halfSince = nil }
        if halfSince == nil { halfSince = now }
    }
}
