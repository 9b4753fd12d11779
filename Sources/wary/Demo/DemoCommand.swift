import ArgumentParser
import Foundation
import WarySimulation
import WaryVocabulary

/// `wary demo`: a day of sign-ins with attacks hidden in it, through a real engine and its socket.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Plays a day of sign-ins with attacks hidden in it through a real engine.",
        discussion: """
            Starts a server on a temporary folder with the starter policy and a made-up world, lets it learn a month of \
            everyday life, then plays one day: people with homes, habits and a few devices, a traveller, credential stuffing, \
            password spraying, a password guessed from abroad. Nothing is left behind. The same seed tells the same story.
            Examples:
              wary demo
              wary demo --seed 7 --people 120 --no-pause
              wary demo --write stream --people 200 --days 90
            With --write it plays nothing: it writes months of sign-ins with labelled attacks of every kind into a folder, for \
            wary import and wary evaluate.
            """)

    @Option(name: .long, help: "Chooses the people, their lives and the attacks.")
    var seed: UInt64 = 42

    @Option(name: .long, help: "How many people: 10 to 1000.")
    var people = 60

    @Option(name: .long, help: "The policy that decides; the starter policy where not given.")
    var policy: String?

    @Option(name: .long, help: ArgumentHelp("Write a labelled stream of sign-ins into this folder instead.", valueName: "dir"))
    var write: String?

    @Option(name: .long, help: "With --write: how many days, 10 to 730; attacks come in the second half.")
    var days = 90

    @Option(name: .long, help: "With --write: takeovers of each kind, 1 to 10000.")
    var attacks = 120

    @Flag(name: .long, help: "Do not slow down for the eye.")
    var noPause = false

    private static let daysLearned = 30

    func validate() throws {
        guard (10...1000).contains(people) else { throw ValidationError("--people \(people): from 10 to 1000") }
        guard (10...730).contains(days) else { throw ValidationError("--days \(days): from 10 to 730") }
        guard (1...10_000).contains(attacks) else { throw ValidationError("--attacks \(attacks): from 1 to 10000") }
    }

    func run() async throws {
        if let write { return try DemoStream(seed: seed, people: people, days: days, attacks: attacks).write(to: write) }
        guard let policy = policy ?? DemoStage.starterPolicy() else {
            throw CommandFailure("the starter policy is nowhere to be found: name one with --policy", code: Exit.usage)
        }
        let midnight = Instant(milliseconds: 1_768_435_200_000)  // Thursday, 15 January 2026
        let scenario = Scenario(seed: seed, people: people)
        let stage = try await DemoStage.build(for: scenario, policy: policy, at: midnight)
        do {
            try play(scenario, midnight: midnight, policy: policy, socket: stage.socket)
        } catch {
            await stage.strike()
            throw error
        }
        await stage.strike()
    }

    private func play(_ scenario: Scenario, midnight: Instant, policy: String, socket: String) throws {
        let terminal = Terminal.output
        let client = try DemoClient(socket: socket)
        print(terminal.paint("Wary", .bold) + terminal.paint("  ·  policy \((policy as NSString).lastPathComponent)"
            + "  ·  \(people) people  ·  seed \(seed)  ·  each answer after its event is on disk", .dim))
        try learn(scenario, before: midnight, client, terminal)
        print("\n" + terminal.paint("Thursday, 15 January", .bold) + "\n" + DemoRows.heading(on: terminal))

        var rows = DemoRows(world: scenario.world, on: terminal)
        var tally = DemoTally()
        var latencies: [Double] = []
        for attempt in scenario.dayWithAttacks(starting: midnight) {
            let started = ContinuousClock.now
            guard let answer = try client.decide(CollectionOfOne(attempt)).first, let outcome = answer.outcome else { continue }
            latencies.append((ContinuousClock.now - started) / .microseconds(1))
            let isIn = try client.report([(attempt, answer)], at: attempt.at)
            tally.count(attempt, outcome, gotIn: isIn.first == true)
            show(rows.lines(attempt, answer), terminal)
        }
        show(rows.closing(), terminal)
        summarise(tally, LatencySummary(microseconds: latencies), terminal)
    }

    /// A month of everyday life, an hour of it at a time.
    private func learn(_ scenario: Scenario, before midnight: Instant, _ client: DemoClient, _ terminal: Terminal) throws {
        let past = scenario.past(days: Self.daysLearned, before: midnight)
        let started = ContinuousClock.now
        var progress = Progress("learning", total: past.count)
        var next = 0
        while next < past.count {
            let end = past[next...].firstIndex { $0.at - past[next].at >= 3_600_000 || $0.at < past[next].at } ?? past.count
            let hour = past[next..<min(end, next + 200)]
            let answers = try client.decide(hour)
            _ = try client.report(Array(zip(hour, answers)), at: hour.last?.at ?? midnight)
            next += hour.count
            progress.update(next)
        }
        progress.finish()
        let seconds = (ContinuousClock.now - started) / .milliseconds(1)
        print("Learned \(Self.daysLearned) days of everyday life: \(past.count) sign-ins in \(Int(seconds)) ms.")
    }

    private func show(_ lines: [String], _ terminal: Terminal) {
        for line in lines {
            print(line)
            guard terminal.isTerminal, !noPause else { continue }
            fflush(nil)
            usleep(70_000)
        }
    }

    private func summarise(_ tally: DemoTally, _ latency: LatencySummary, _ terminal: Terminal) {
        print("\n" + terminal.paint("What became of them", .bold))
        print(tally.table().text(on: terminal, indent: 2))
        print("")
        for sentence in tally.verdict { print("  " + sentence) }
        print("\n" + terminal.paint("How long the app waited", .bold) + terminal.paint("  socket, decision and sync to disk", .dim))
        print(latency.histogram(width: 40).text(on: terminal, indent: 2))
        print("  " + [("median", 50.0), ("p90", 90), ("p99", 99), ("max", 100)]
            .map { "\($0.0) \(LatencySummary.text(latency.percentile($0.1)))" }.joined(separator: "   "))
    }
}
