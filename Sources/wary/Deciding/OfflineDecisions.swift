import Foundation
import WaryEngine
import WaryHistory
import WaryServer

/// Decides in this process, on a folder's history or on an empty one.
struct OfflineDecisions {
    let policies: [String]
    let data: String?
    let keyFile: String?
    let options: DeciderOptions

    /// Calls `show` with each answer's line, in order.
    func answer(_ lines: [[UInt8]], _ show: ([UInt8]) -> Void) throws {
        let set = try loadPolicies(policies)
        var decider = try decider(set)
        defer { decider.history.close() }
        let decoder = try RequestDecoder()
        for line in lines {
            let arrived = ContinuousClock.now
            let request = decoder.decode(line)
            var writer = JSONWriter(capacity: 1024)
            switch request.body {
            case .failure(let failure): AnswerEncoder.write(failure, id: request.id, to: &writer)
            case .success(let body):
                var reply = decider.handle(body, wall: WallClock.now())
                do { try decider.commit() } catch { throw CommandFailure(error.description) }
                if case .decision(var answer) = reply {
                    answer.tookMicroseconds = Int((ContinuousClock.now - arrived) / .microseconds(1))
                    reply = .decision(answer)
                }
                AnswerEncoder.write(reply, id: request.id, to: &writer)
            }
            show(writer.bytes)
        }
    }

    private func decider(_ set: PolicySet) throws -> Decider {
        do throws(HistoryError) {
            return try Decider(policies: set, history: try history(), options: options)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private func history() throws(HistoryError) -> History {
        guard let data else { return History.inMemory(key: .random()) }
        let found = try KeySource.key(forDataAt: data, file: keyFile)
        for note in found.notes { complain("wary: \(note)") }
        return try History.open(data, key: found.key, options: HistoryOptions())
    }
}
