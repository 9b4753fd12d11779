import Foundation
import WaryEngine
import WaryHistory
import WaryServer

/// Tries requests on policies in this process, now or at an instant of a folder's history, and records nothing. Where several
/// policies are for an event, each gives a line.
struct WhatIfDecisions {
    let policies: [String]
    let data: String?
    let keyFile: String?
    let options: DeciderOptions

    /// Calls `show` with each answer's line, in order.
    func answer(_ lines: [[UInt8]], _ show: ([UInt8]) -> Void) throws {
        // Each by itself: two for the same event are meant here.
        let tried = try policies.flatMap { try loadPolicies([$0]).policies }
        let decoder = try RequestDecoder()
        do throws(HistoryError) {
            let history = try history()
            defer { history.close() }
            var trial = WhatIf(policies: tried, history: history, options: options)
            for line in lines {
                let request = decoder.decode(line)
                for bytes in try answers(request, &trial) { show(bytes) }
            }
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private func answers(_ request: WireRequest, _ trial: inout WhatIf) throws(HistoryError) -> [[UInt8]] {
        func line(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
            var writer = JSONWriter(capacity: 1024)
            write(&writer)
            return writer.bytes
        }
        switch request.body {
        case .failure(let failure):
            return [line { AnswerEncoder.write(failure, id: request.id, to: &$0) }]
        case .success(.decide(let decide)):
            let arrived = ContinuousClock.now
            return try trial.answers(decide, wall: WallClock.now()).map { reply in
                var reply = reply
                if case .decision(var answer) = reply {
                    answer.tookMicroseconds = Int((ContinuousClock.now - arrived) / .microseconds(1))
                    reply = .decision(answer)
                }
                return line { AnswerEncoder.write(reply, id: request.id, to: &$0) }
            }
        case .success:
            let failure = EngineFailure(.badRequest, "only decisions can be tried: leave out \"op\", or say \"decide\"")
            return [line { AnswerEncoder.write(.failure(failure), id: request.id, to: &$0) }]
        }
    }

    private func history() throws(HistoryError) -> History {
        guard let data else { return History.inMemory(key: .random()) }
        let found = try KeySource.key(forDataAt: data, file: keyFile)
        for note in found.notes { complain("wary: \(note)") }
        return try History.open(data, key: found.key, options: HistoryOptions(isReadOnly: true))
    }
}
