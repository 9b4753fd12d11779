import Glibc
import WaryEngine

/// The connections of one thread: reads them, hands their requests out, and sends answers, all connections' answers of
/// one turn together. Belongs to that thread; only `WakeUp` is for others.
final class SocketLoop {
    private struct Entry {
        /// −1 in a free place.
        var descriptor: Int32 = -1
        /// Tells the connections that a place has held apart.
        var generation: UInt32 = 0
        var connection = Connection()
        /// Taken from the connection, and not yet taken by the kernel.
        var unsent: [UInt8] = []
        var watchesReading = false
        var watchesWriting = false
        var isTouched = false
        /// When the peer was told that nothing more will be read. What it still sends is thrown away for a moment, so that
        /// it can read the answer instead of failing while it writes.
        var lingersSince: UInt64?
    }

    private let poller: Poller
    private let gate: ConnectionGate
    private let decoder: RequestDecoder
    private var entries: [Entry] = []
    private var free: [Int] = []
    private var touched: [Int] = []
    private var buffer = [UInt8](repeating: 0, count: ServerLimits.readBytes)
    private var lastSweep: UInt64 = 0
    private var isEnding = false

    /// Where new connections come from; nil in a loop that is given its connections.
    private var listener: Int32?
    private var acceptsAgainAt: UInt64?

    private static let listenerToken = UInt64.max
    private static let wakeToken = UInt64.max - 1

    /// How long `poll` looks for work before it sleeps: a sleeping thread's core halts, and waking it costs some 20 µs.
    private let spinNanoseconds: UInt64

    init(gate: ConnectionGate, wake: WakeUp, listener: Int32?, spinNanoseconds: UInt64 = 0) throws {
        self.spinNanoseconds = spinNanoseconds
        poller = try Poller()
        decoder = try RequestDecoder()
        self.gate = gate
        self.listener = listener
        try poller.add(wake.descriptor, token: Self.wakeToken)
        if let listener { try poller.add(listener, token: Self.listenerToken) }
    }

    deinit { for entry in entries where entry.descriptor >= 0 { Glibc.close(entry.descriptor) } }

    var isEmpty: Bool { free.count == entries.count }

    /// Waits for work, at most `milliseconds`, and hands out the requests that have come. `arrived` is the time of their
    /// last byte. True when the wake-up was rung.
    @discardableResult
    func poll(milliseconds: Int32, wake: WakeUp,
              _ submit: ClerkDriver.Hand) -> Bool {
        let patience = isEmpty && acceptsAgainAt == nil ? milliseconds : Self.shorter(milliseconds, 500)
        var rung = false
        var ready: [(place: Int, canRead: Bool, canWrite: Bool)] = []
        wait(milliseconds: patience) { event in
            switch event.token {
            case Self.listenerToken: accept()
            case Self.wakeToken: rung = true
            default:
                if let place = place(of: event.token) { ready.append((place, event.canRead, event.canWrite)) }
            }
        }
        if rung { wake.answer() }
        if !ready.isEmpty {
            let arrived = ContinuousClock.now, now = monotonicNanoseconds()
            for event in ready {
                if event.canWrite { send(event.place) }
                if event.canRead { receive(event.place) }
                take(event.place, now: now, arrived: arrived, submit)
            }
        }
        sweep(submit)
        return rung
    }

    /// Looks for work for as long as may be spun, then sleeps until there is some.
    private func wait(milliseconds: Int32, _ body: (Poller.Event) -> Void) {
        if spinNanoseconds > 0, milliseconds != 0 {
            let end = monotonicNanoseconds() + spinNanoseconds
            repeat {
                if poller.wait(milliseconds: 0, body) > 0 { return }
            } while monotonicNanoseconds() < end
        }
        poller.wait(milliseconds: milliseconds, body)
    }

    /// Answers a request that `poll` handed out. The answer leaves with `flush`.
    func answer(_ ticket: DriverTicket, _ reply: EngineReply) {
        guard let place = place(of: ticket.connection) else { return }
        entries[place].connection.answer(ticket.number, reply)
        touch(place)
    }

    /// Sends what has been answered, and goes on with connections that waited for it.
    func flush(_ submit: ClerkDriver.Hand) {
        guard !touched.isEmpty else { return }
        let arrived = ContinuousClock.now, now = monotonicNanoseconds()
        while let place = touched.popLast() {
            entries[place].isTouched = false
            guard entries[place].descriptor >= 0 else { continue }
            take(place, now: now, arrived: arrived, submit)
        }
    }

    /// Takes over a connection that another thread accepted.
    func adopt(_ descriptor: Int32, _ verdict: ConnectionGate.Verdict) {
        let place = free.popLast() ?? entries.count
        if place == entries.count { entries.append(Entry()) }
        let generation = entries[place].generation
        entries[place] = Entry(descriptor: descriptor, generation: generation)
        switch verdict {
        case .welcome: break
        case .stranger:
            entries[place].connection.refuse(
                WireFailure(.notAllowed, "this user may not use this socket; see allow_users and allow_groups"))
        case .full:
            entries[place].connection.refuse(WireFailure(
                .overloaded, "too many connections", retryAfterMilliseconds: EngineLimits.retryAfterFaultMilliseconds))
        }
        if isEnding { entries[place].connection.end() }
        settle(place)
    }

    /// Accepts no more, and ends every connection when it has been answered.
    func end() {
        isEnding = true
        if let listener { poller.remove(listener) }
        listener = nil
        for place in entries.indices where entries[place].descriptor >= 0 {
            entries[place].connection.end()
            touch(place)
        }
    }

    // MARK: One connection

    private func token(_ place: Int) -> UInt64 { UInt64(entries[place].generation) << 32 | UInt64(place) }

    private func place(of token: UInt64) -> Int? {
        let place = Int(token & 0xffff_ffff)
        guard place < entries.count, entries[place].descriptor >= 0, UInt64(entries[place].generation) == token >> 32 else { return nil }
        return place
    }

    private func touch(_ place: Int) {
        guard !entries[place].isTouched else { return }
        entries[place].isTouched = true
        touched.append(place)
    }

    private func receive(_ place: Int) {
        let count = recv(entries[place].descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            guard entries[place].lingersSince == nil else { return }
            buffer.withUnsafeBytes { entries[place].connection.receive(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            if entries[place].lingersSince != nil { return close(place) }
            entries[place].connection.end()
        }
    }

    /// Hands out a connection's requests, sends its answers, and sees to what is to be watched.
    private func take(_ place: Int, now: UInt64, arrived: ContinuousClock.Instant,
                      _ submit: ClerkDriver.Hand) {
        guard entries[place].descriptor >= 0 else { return }
        if entries[place].lingersSince == nil {
            let token = token(place)
            while let (number, request) = entries[place].connection.next(decoder, now: now) {
                submit(request, DriverTicket(connection: token, number: number), arrived)
            }
        }
        settle(place)
    }

    private func settle(_ place: Int) {
        send(place)
        guard entries[place].descriptor >= 0 else { return }
        if entries[place].connection.isFinished, entries[place].lingersSince == nil {
            guard entries[place].connection.wasCutOff else { return close(place) }
            entries[place].lingersSince = monotonicNanoseconds()
            shutdown(entries[place].descriptor, Int32(SHUT_WR))
        }
        watch(place)
    }

    private func send(_ place: Int) {
        if entries[place].unsent.isEmpty { entries[place].unsent = entries[place].connection.takeOutput() }
        while !entries[place].unsent.isEmpty {
            let descriptor = entries[place].descriptor
            let count = entries[place].unsent.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { return }
                return close(place)
            }
            entries[place].connection.wrote(count)
            if count < entries[place].unsent.count { return entries[place].unsent.removeFirst(count) }
            entries[place].unsent = entries[place].connection.takeOutput()
        }
    }

    /// A descriptor that nothing is wanted of is not watched at all: a hang-up would be told again and again.
    private func watch(_ place: Int) {
        let reads = entries[place].connection.wantsToRead || entries[place].lingersSince != nil
        let writes = !entries[place].unsent.isEmpty
        let isWatched = entries[place].watchesReading || entries[place].watchesWriting
        guard reads != entries[place].watchesReading || writes != entries[place].watchesWriting else { return }
        let descriptor = entries[place].descriptor
        do {
            switch (isWatched, reads || writes) {
            case (false, true): try poller.add(descriptor, token: token(place), reads: reads, writes: writes)
            case (true, true): try poller.change(descriptor, token: token(place), reads: reads, writes: writes)
            case (true, false): poller.remove(descriptor)
            case (false, false): break
            }
        } catch {
            return close(place)
        }
        entries[place].watchesReading = reads
        entries[place].watchesWriting = writes
    }

    private func close(_ place: Int) {
        Glibc.close(entries[place].descriptor)
        entries[place] = Entry(generation: entries[place].generation &+ 1)
        free.append(place)
        gate.leave()
    }

    // MARK: Now and then

    private func accept() {
        guard let listener else { return }
        for _ in 0..<64 {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                adopt(descriptor, gate.enter(descriptor))
            } else if errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS {
                // Told again and again otherwise; those who wait are accepted once something has been freed.
                poller.remove(listener)
                acceptsAgainAt = monotonicNanoseconds() + 100_000_000
                return
            } else {
                return
            }
        }
    }

    private func sweep(_ submit: ClerkDriver.Hand) {
        let now = monotonicNanoseconds()
        if let time = acceptsAgainAt, now >= time, let listener {
            acceptsAgainAt = nil
            try? poller.add(listener, token: Self.listenerToken)
        }
        guard now - lastSweep > 500_000_000 else { return }
        lastSweep = now
        for place in entries.indices where entries[place].descriptor >= 0 {
            if let since = entries[place].lingersSince {
                if now - since > 1_000_000_000 { close(place) }
            } else if let deadline = entries[place].connection.deadline, now >= deadline {
                gate.noteTimeout()
                entries[place].connection.end()
                take(place, now: now, arrived: .now, submit)
            }
        }
    }

    private static func shorter(_ a: Int32, _ b: Int32) -> Int32 { a < 0 ? b : min(a, b) }
}
