import WaryVocabulary

/// Writes random policies that are well typed.
struct PolicyGenerator {
    var random: SplitMix
    /// Lets declared so far, by type.
    private var lets: [(name: String, type: ValueType)] = []
    private var inDecide = false
    private var ruleCount = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    static let inputs: [(name: String, type: ValueType, declaration: String)] = [
        ("cart", .decimal, "input cart: decimal"), ("steps", .int, "input steps: int from client"),
        ("trusted", .bool, "input trusted: bool default false"), ("plan", .text, "input plan: text default \"basic\""),
        ("wait", .duration, "input wait: duration"), ("home", .country, "input home: country"),
        ("block", .network, "input block: network"), ("weight", .int, "input weight: int default 7"),
    ]
    static let aggregates: [(text: String, type: ValueType)] = [
        ("count(login.failed by account within 10m)", .int), ("count(login by device within 1h)", .int),
        ("count(login.failed by account since login.succeeded)", .int), ("distinct(account of login by ip within 5m)", .int),
        ("sum(steps of transfer by account within 1d)", .int), ("avg(cart of transfer by account within 1d)", .decimal),
        ("max(wait of transfer by ip within 2h)", .duration), ("last(country of login.succeeded by account)", .country),
        ("first(ip of login by account)", .ip), ("elapsed(password.changed by account)", .duration),
        ("new(device by account within 30d)", .bool), ("regular(login.failed by account within 1h)", .decimal),
        ("count(login by ip, account within 1d where credential == \"invalid\" and device.id is known)", .int),
    ]

    /// A whole policy; `treated` gives every rule an `unknown` clause.
    mutating func policy(treated: Bool = true) -> String {
        var text = "policy random { for login on_error \(random.pick(["step_up", "deny", "allow", "step_up totp, sms"])) no_factor \(random.pick(["deny", "step_up", "allow"])) }\n"
        text += Self.inputs.map(\.declaration).joined(separator: "\n") + "\n"
        text += "list office of network = [198.51.100.0/24, 10.0.0.0/8, 2001:db8:10::/48]\nlist hosters of asn = [AS64500, AS64501]\n"
        text += "list risky of country = [\"FR\", \"JP\"]\nlist plans of text = [\"basic\", \"pro\", \"\"]\n"
        lets = []
        for index in 0..<Int.random(in: 0...4, using: &random) {
            let type = random.pick([ValueType.bool, .int, .decimal, .duration, .text, .country])
            let value = expression(type, depth: 2)
            text += "let l\(index) = \(value)\n"
            lets.append(("l\(index)", type))
        }
        ruleCount = Int.random(in: 1...6, using: &random)
        for index in 0..<ruleCount { text += rule(index, treated: treated) }
        return text + decide()
    }

    private mutating func rule(_ index: Int, treated: Bool) -> String {
        var text = "rule r\(index)\(monitor(index)) {\n  when \(expression(.bool, depth: 3))\n"
        if random.chance(30) { text += "  unless \(expression(.bool, depth: 2))\n" }
        if treated || random.chance(50) { text += "  unknown \(random.pick(["skip", "fire", "score 13", "score -4"]))\n" }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: text += "  score \(Int.random(in: -30...70, using: &random))\n"
        case 1: text += "  score \(expression(.int, depth: 2)) up to \(Int.random(in: -5...80, using: &random))\n"
        case 2: text += "  score \(expression(.decimal, depth: 2)) up to 60\n"
        default: break
        }
        if random.chance(30) { text += "  step_up\(random.pick(["", " webauthn, totp", " sms, totp, email", " push"]))\n" }
        if random.chance(10) { text += "  deny\n" }
        if random.chance(20) { text += "  notify user\n" }
        if random.chance(20) { text += "  tag \"t\(index % 2)\"\n" }
        return text + "}\n"
    }

    private func monitor(_ index: Int) -> String { index % 4 == 3 ? " monitor" : "" }

    private mutating func decide() -> String {
        inDecide = true
        defer { inDecide = false }
        var text = "decide {\n"
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            text += "  \(random.pick(["deny", "step_up", "step_up totp, sms", "allow"])) when \(expression(.bool, depth: 2))\n"
        }
        return text + "  \(random.pick(["allow", "step_up", "deny"])) otherwise\n}\n"
    }

    mutating func expression(_ type: ValueType, depth: Int) -> String {
        if type == .bool { return depth > 0 && random.chance(85) ? boolean(depth - 1) : leaf(.bool) }
        if depth == 0 || random.chance(35) { return leaf(type) }
        if random.chance(15) { return "(\(expression(type, depth: depth - 1)) ?? \(leaf(type)))" }
        switch type {
        case .int:
            return random.pick(["(\(expression(.int, depth: depth - 1)) \(random.pick(["+", "-", "*"])) \(leaf(.int)))",
                                "min(\(leaf(.int)), \(expression(.int, depth: depth - 1)))", "max(\(leaf(.int)), \(leaf(.int)), 3)",
                                "abs(\(expression(.int, depth: depth - 1)))", "length(\(leaf(.text)))", "-\(leaf(.int))"])
        case .decimal:
            return random.pick(["(\(expression(.decimal, depth: depth - 1)) \(random.pick(["+", "-", "*", "/"])) \(leaf(.int)))",
                                "(\(leaf(.int)) / \(expression(.int, depth: depth - 1)))", "(\(leaf(.duration)) / \(leaf(.duration)))",
                                "max(\(leaf(.decimal)), \(leaf(.int)))", "abs(\(leaf(.decimal)))"])
        case .duration:
            return random.pick(["(\(leaf(.duration)) \(random.pick(["+", "-"])) \(expression(.duration, depth: depth - 1)))",
                                "(\(leaf(.duration)) * \(leaf(.int)))", "(\(leaf(.duration)) / \(leaf(.decimal)))",
                                "(\(leaf(.distance)) / \(leaf(.speed)))"])
        case .distance: return random.pick(["(\(leaf(.speed)) * \(leaf(.duration)))", "(\(leaf(.distance)) + 3 km)", "distance_between(geo.point, geo.point)"])
        case .speed: return random.pick(["(\(leaf(.distance)) / \(leaf(.duration)))", "(\(leaf(.speed)) * 2)"])
        case .text: return "lower(\(leaf(.text)))"
        default: return leaf(type)
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return "(" + (0..<Int.random(in: 2...3, using: &random)).map { _ in expression(.bool, depth: depth) }.joined(separator: " and ") + ")"
        case 2, 3: return "(" + (0..<Int.random(in: 2...3, using: &random)).map { _ in expression(.bool, depth: depth) }.joined(separator: " or ") + ")"
        case 4: return "(not \(expression(.bool, depth: depth)))"
        case 5:
            let type = random.pick([ValueType.int, .decimal, .text, .country, .ip, .bool])
            return "(\(expression(type, depth: depth)) is \(random.pick(["known", "unknown"])))"
        case 6: return membership(depth)
        case 7: return "(\(leaf(.text)) matches /\(random.pick(["^b", "o+l", "\\bcurl\\b", "é$"]))/\(random.pick(["", "i"])))"
        case 8:
            let type = random.pick([ValueType.int, .decimal, .duration, .speed])
            return "(\(expression(type, depth: depth)) between \(leaf(type)) and \(leaf(type)))"
        default:
            let type = random.pick([ValueType.int, .int, .decimal, .duration, .distance, .speed, .text, .country, .ip, .bool])
            let ordered = ![.country, .ip, .bool].contains(type)
            let op = random.pick(ordered ? ["==", "!=", "<", "<=", ">", ">="] : ["==", "!="])
            let left = type == .bool ? leaf(.bool) : expression(type, depth: depth)
            return "(\(left) \(op) \(type == .bool ? leaf(.bool) : expression(type, depth: depth)))"
        }
    }

    private mutating func membership(_ depth: Int) -> String {
        let word = random.pick(["in", "not in"])
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "(\(leaf(.ip)) \(word) office)"
        case 1: return "(network.asn \(word) hosters)"
        case 2: return "(\(leaf(.country)) \(word) risky)"
        case 3: return "(\(leaf(.country)) \(word) [\(leaf(.country)), \"DE\", \(leaf(.country))])"
        case 4: return "(\(expression(.int, depth: depth)) \(word) \(random.pick(["1..5", "0..0", "-3..40"])))"
        case 5: return "(time.of_day \(word) \(random.pick(["22:00..06:00", "08:00..17:30", "00:00..00:00"])))"
        case 6: return "(\(leaf(.text)) \(word) plans)"
        default: return "(\(random.pick(["totp", "\"sms\""])) \(word) account.factors)"
        }
    }

    private mutating func leaf(_ type: ValueType) -> String {
        var choices = literals(type)
        choices += SignalCatalogue.entries.filter { $0.type == type }.map(\.name)
        choices += Self.inputs.filter { $0.type == type }.map(\.name)
        choices += Self.aggregates.filter { $0.type == type }.map(\.text)
        choices += lets.filter { $0.type == type }.flatMap { [$0.name, $0.name, $0.name] }
        if inDecide, type == .int { choices += ["score", "score", "score", "score"] }
        if inDecide, type == .bool { choices += (0..<ruleCount).filter { $0 % 4 != 3 }.map { "fired(r\($0))" } }
        return random.pick(choices)
    }

    private mutating func literals(_ type: ValueType) -> [String] {
        switch type {
        case .bool: ["true", "false"]
        case .int: ["0", "1", "5", "40", "9_000_000_000_000_000_000", "\(Int.random(in: 0...100, using: &random))"]
        case .decimal: ["0.5", "15%", "2.5", "1.0"]
        case .text: ["\"\"", "\"basic\"", "\"Curl/8\"", "\"Ünïcodé\"", "\"valid\""]
        case .duration: ["10m", "0ms", "2h", "90d"]
        case .distance: ["200 km", "50 mi"]
        case .speed: ["900 km/h", "560 mph"]
        case .country: ["geo.country"]
        case .ip: ["ip"]
        default: []
        }
    }
}
