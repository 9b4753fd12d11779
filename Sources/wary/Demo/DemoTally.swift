import WarySimulation
import WaryVocabulary

/// What became of the attempts, by who was behind them.
struct DemoTally {
    private struct Line {
        var attempts = 0
        var rightPassword = 0
        var allowed = 0
        var steppedUp = 0
        var denied = 0
        /// Attempts at whose end somebody was signed in.
        var gotIn = 0
    }

    private var lines: [Actor: Line] = [:]

    mutating func count(_ attempt: SimulatedAttempt, _ outcome: Outcome, gotIn: Bool) {
        var line = lines[attempt.actor] ?? Line()
        line.attempts += 1
        if attempt.fields.credential == .valid { line.rightPassword += 1 }
        switch outcome {
        case .allow: line.allowed += 1
        case .stepUp: line.steppedUp += 1
        case .deny: line.denied += 1
        }
        if gotIn { line.gotIn += 1 }
        lines[attempt.actor] = line
    }

    /// A line for each kind of actor, owners first.
    func table() -> Table {
        var table = Table([.left("who"), .right("attempts"), .right("right password"), .right("allowed"), .right("asked"),
                           .right("refused"), .right("got in")])
        for actor in Actor.allCases {
            guard let line = lines[actor] else { continue }
            let gotIn: Table.Cell = actor.isAttack && line.gotIn > 0 ? .init("\(line.gotIn)", .bold, .red) : .init(line.gotIn)
            table.add(.init(actor == .owner ? "owners" : actor.rawValue, .bold), .init(line.attempts), .init(line.rightPassword),
                      .init(line.allowed), .init(line.steppedUp), .init(line.denied), gotIn)
        }
        return table
    }

    /// What it kept out and what it cost the owners.
    var verdict: [String] {
        let owners = lines[.owner] ?? Line()
        let attacks = lines.filter { $0.key.isAttack }.values
        let armed = attacks.reduce(0) { $0 + $1.rightPassword }
        let inside = attacks.reduce(0) { $0 + $1.gotIn }
        return [
            "\(armed - inside) of \(armed) sign-ins with a stolen or guessed password were stopped.",
            "Owners signed in \(owners.gotIn) times; they were asked for a factor \(owners.steppedUp) times and refused \(owners.denied) times.",
        ]
    }
}
