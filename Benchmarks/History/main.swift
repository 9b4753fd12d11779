import Foundation
import WaryHistory
import WaryVocabulary

// What history costs, each figure beside its floor in the same run. `HistoryBenchmark [events] [append|depth|rebuild|memory|ceiling]…`

let events = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 200_000
let chosen = Set(CommandLine.arguments.dropFirst(2))
func isChosen(_ name: String) -> Bool { chosen.isEmpty || chosen.contains(name) }
do {
    if isChosen("append") { try AppendBenchmark.run() }
    if isChosen("depth") { try DepthBenchmark.run(events: events) }
    if isChosen("rebuild") { try RebuildBenchmark.run(events: events) }
    if isChosen("memory") { try MemoryBenchmark.run() }
    if isChosen("ceiling") { try CeilingBenchmark.run(accounts: events) }
} catch {
    print("failed: \(error)")
    exit(1)
}
