import WarySimulation
import WaryVocabulary

/// What became of the attempts, by who was behind them.
struct DemoTally {
    struct Line {
        var attempts = 0
        var rightPassword = 0
        var allowed = 0
        var steppedUp = 0
        var denied = 0
        /// Attempts at whose end somebody was signed in.
        var gotIn = 0
    }

    private(set) var lines: [Actor: Line] = [:]

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

    private static let heads = ["", "attempts", "right password", "allowed", "asked", "refused", "got in"]

    /// An aligned table with a line for each kind of actor, owners first.
    func table() -> [String] {
        let rows = Actor.allCases.compactMap { actor -> [String]? in
            guard let line = lines[actor] else { return nil }
            return [actor == .owner ? "owners" : actor.rawValue, "\(line.attempts)", "\(line.rightPassword)", "\(line.allowed)",
                    "\(line.steppedUp)", "\(line.denied)", "\(line.gotIn)"]
        }
        let widths = Self.heads.indices.map { column in ([Self.heads] + rows).map { $0[column].count }.max() ?? 0 }
        return ([Self.heads] + rows).map { row in
            row.indices.map { $0 == 0 ? Columns.left(row[$0], widths[$0]) : Columns.right(row[$0], widths[$0]) }
                .joined(separator: "   ")
        }
    }

    /// One sentence on what it cost the owners and what it kept out.
    var verdict: String {
        let owners = lines[.owner] ?? Line()
        let attacks = lines.filter { $0.key.isAttack }.values
        let armed = attacks.reduce(0) { $0 + $1.rightPassword }
        let inside = attacks.reduce(0) { $0 + $1.gotIn }
        let asked = owners.rightPassword == 0 ? 0 : Double(owners.steppedUp) * 1000 / Double(owners.rightPassword)
        return "\(armed - inside) of \(armed) attackers with the right password were kept out. "
            + "Owners were asked for a factor \(owners.steppedUp) times in \(owners.rightPassword) sign-ins "
            + "(\(Int(asked.rounded())) per 1,000) and refused \(owners.denied) times."
    }
}
