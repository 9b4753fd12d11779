import WaryLanguage

/// One way in which another answer would have come about.
struct ChangeText {
    /// `milder` or `stricter`.
    let name: String
    let decision: String?
    /// `impossible_travel had not fired`
    let rules: [String]
    /// By how many points the rules' sum would have had to change; nil where no score does it.
    let points: Int?

    init(name: String, decision: String?, changes: [(rule: String, fires: Bool)], points: Int?) {
        self.name = name
        self.decision = decision
        rules = changes.map { "\($0.rule) \($0.fires ? "had fired" : "had not fired")" }
        self.points = points
    }

    init(name: String, change: Counterfactual?, points: Int?) {
        self.init(name: name, decision: change?.outcome, changes: change?.changes.map { ($0.rule, $0.fires) } ?? [], points: points)
    }

    /// One line a way; nothing where there is none.
    static func text(_ ways: [ChangeText], on terminal: Terminal, indent: Int) -> String {
        var table = Table([.left(""), .left("")])
        for way in ways where way.decision != nil || way.points != nil { table.add(.init(way.name, .dim), .init(way.sentence)) }
        return table.isEmpty ? "" : table.text(on: terminal, indent: indent)
    }

    /// `allow if impossible_travel had not fired, or with 21 points fewer`
    private var sentence: String {
        let margin = points.map { "with \($0.magnitude) point\($0.magnitude == 1 ? "" : "s") \($0 < 0 ? "fewer" : "more")" }
        guard let decision else { return margin ?? "" }
        return "\(decision) if \(rules.joined(separator: " and "))" + (margin.map { ", or \($0)" } ?? "")
    }
}
