import Foundation
import WaryHistory
import WaryVocabulary

// What history costs, each figure beside its floor in the same run. `HistoryBenchmark [events]`.

let events = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 200_000
do {
    try AppendBenchmark.run()
    try DepthBenchmark.run(events: events)
    try RebuildBenchmark.run(events: events)
    try MemoryBenchmark.run()
} catch {
    print("failed: \(error)")
    exit(1)
}
