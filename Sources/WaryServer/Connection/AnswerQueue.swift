/// The requests in flight of one connection, and their answers: whatever order these come in, they leave in the order
/// of the requests.
struct AnswerQueue {
    private struct Slot {
        var id: String?
        /// The answer's line, where it came before its turn.
        var line: [UInt8]?
    }

    /// A ring; its length is a power of two.
    private var slots: [Slot] = Array(repeating: Slot(), count: 4)
    /// The ticket whose answer leaves next, and the one that the next request gets.
    private var head: UInt64 = 0
    private var tail: UInt64 = 0

    var count: Int { Int(tail - head) }

    /// Queues a request that will be answered; the ticket says which it was.
    mutating func open(id: String?) -> UInt64 {
        if count == slots.count { grow() }
        slots[index(tail)] = Slot(id: id)
        tail += 1
        return tail - 1
    }

    /// Answers one request: `write` adds its line to a writer. What can leave now is added to `output`. A ticket that is
    /// not open is ignored.
    mutating func answer(_ ticket: UInt64, into output: inout JSONWriter, write: (inout JSONWriter, String?) -> Void) {
        guard ticket >= head, ticket < tail, slots[index(ticket)].line == nil else { return }
        guard ticket == head else {
            var writer = JSONWriter()
            write(&writer, slots[index(ticket)].id)
            slots[index(ticket)].line = writer.bytes
            return
        }
        write(&output, slots[index(ticket)].id)
        slots[index(ticket)] = Slot()
        head += 1
        while head < tail, let line = slots[index(head)].line {
            output.append(lines: line)
            slots[index(head)] = Slot()
            head += 1
        }
    }

    private func index(_ ticket: UInt64) -> Int { Int(truncatingIfNeeded: ticket) & (slots.count - 1) }

    private mutating func grow() {
        var longer: [Slot] = Array(repeating: Slot(), count: slots.count * 2)
        for ticket in head..<tail { longer[Int(truncatingIfNeeded: ticket) & (longer.count - 1)] = slots[index(ticket)] }
        slots = longer
    }
}
