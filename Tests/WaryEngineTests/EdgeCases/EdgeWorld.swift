import Foundation
import Testing
import WaryHistory
import WaryLanguage
import WarySignals
import WaryVocabulary
@testable import WaryEngine

/// An engine with position databases of its own, at a clock that the test moves.
final class EdgeWorld {
    static let start = Engines.start

    var decider: Decider
    private(set) var now = EdgeWorld.start

    /// - Parameters:
    ///   - policy: a policy's text; nil for the starter policy of customers.
    ///   - clock: live where the test turns the wall clock back.
    init(_ policy: String? = nil, databases: Bool = true, clock: ClockMode = .offline) throws {
        let compiled = try policy.map { try Engines.policy($0) } ?? Self.customerPolicy()
        var options = DeciderOptions(clock: clock)
        if databases { options.positions = try Self.databases() }
        decider = try Decider(policies: PolicySet([compiled]), history: .inMemory(key: .random()), options: options)
    }

    static func customerPolicy() throws -> CompiledPolicy {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Policies").path
        let loaded = PolicyLoader(sources: FileSources(root: root)).load("customer_sign_in.wary")
        return try #require(loaded.policy, "\(DiagnosticRenderer(files: loaded.files).short(loaded.diagnostics))")
    }

    /// Fiji on both sides of the date line; two camps on either side of the pole; a place 910 km east of Paris, from which both
    /// radii leave 900.
    static let places: [(network: String, country: String, city: String?, latitude: Double, longitude: Double, zone: String)] = [
        ("192.0.2.0/24", "FR", "Paris", 48.86, 2.35, "Europe/Paris"),
        ("198.51.100.0/24", "FR", "Meaux", 48.96, 2.88, "Europe/Paris"),
        ("198.18.6.0/24", "AT", "Nine hundred", 48.86, 14.8032, "Europe/Vienna"),
        ("198.18.7.0/24", "NO", "Camp", 89.95, 0, "Arctic/Longyearbyen"),
        ("198.18.8.0/24", "RU", "Other camp", 89.95, 180, "Asia/Anadyr"),
        ("198.18.1.0/24", "FR", "Marseille", 43.30, 5.37, "Europe/Paris"),
        ("198.18.2.0/24", "US", "New York", 40.71, -74.01, "America/New_York"),
        ("203.0.113.0/24", "JP", "Tokyo", 35.68, 139.69, "Asia/Tokyo"),
        ("198.18.3.0/24", "FJ", "Taveuni", -16.8, 179.95, "Pacific/Fiji"),
        ("198.18.4.0/24", "FJ", "Welagi", -16.8, -179.95, "Pacific/Fiji"),
        ("198.18.5.0/24", "NP", "Kathmandu", 27.72, 85.32, "Asia/Kathmandu"),
        ("2001:db8::/32", "FR", "Paris", 48.86, 2.35, "Europe/Paris"),
    ]

    static func databases() throws -> PositionDatabases {
        var writer = DatabaseWriter(type: "GeoLite2-City", description: "test", built: start)
        for place in places {
            writer.insert(try Network(parsing: place.network), .city(Position(
                country: Country(place.country), city: place.city,
                point: GeoPoint(latitude: place.latitude, longitude: place.longitude), accuracy: 5_000, timeZone: place.zone)))
        }
        writer.insert(try Network(parsing: "198.18.9.0/24"), .city(Position(country: Country("IR"))))
        let path = NSTemporaryDirectory() + "wary-edge-\(UUID().uuidString).mmdb"
        try Data(writer.bytes()).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try PositionDatabases(paths: [path])
    }

    private var at: Instant? { decider.options.clock == .live ? nil : now }

    func pass(_ milliseconds: Int64) { now = now + milliseconds }

    /// Decides about an attempt now.
    @discardableResult
    func attempt(_ account: String = "alice", _ ip: String, device: String? = "laptop", agent: String? = "Mozilla/5.0",
                 credential: CredentialState = .valid, factors: FactorSet? = nil,
                 explain: ExplanationLevel = .fired) throws -> DecisionAnswer {
        var fields = EventFields(account: account, ip: IPAddress(ip), device: device, agent: agent, credential: credential)
        fields.factors = factors
        let reply = decider.handle(.decide(DecideRequest(fields: fields, explain: explain, at: at)), wall: now)
        return try #require(reply.answer, "\(reply)")
    }

    func report(_ answer: DecisionAnswer, _ outcome: ReportedOutcome, factor: Factor? = nil) throws {
        let id = try #require(answer.decisionID)
        let reply = decider.handle(.report(ReportRequest(decisionID: id, outcome: outcome, factor: factor, at: at)), wall: now)
        #expect(reply.isOK, "\(reply)")
    }

    /// A sign-in that goes well, with a factor where one is asked for.
    func signIn(_ account: String = "alice", _ ip: String, device: String? = "laptop", agent: String? = "Mozilla/5.0") throws {
        let answer = try attempt(account, ip, device: device, agent: agent)
        try report(answer, answer.outcome == .stepUp ? .challengePassed : .succeeded, factor: answer.outcome == .stepUp ? .totp : nil)
    }

    /// A good past of one sign-in a day.
    func habit(_ account: String = "alice", _ ip: String, device: String? = "laptop", days: Int = 12) throws {
        for _ in 0..<days {
            try signIn(account, ip, device: device)
            pass(EdgeWorld.day)
        }
    }

    static let minute: Int64 = 60_000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    /// Asks for a factor where travel is impossible, and for nothing else.
    static let travel = """
        policy travel "Travel" { for login }
        rule impossible { when travel.speed > 900 km/h and travel.distance > 200 km unknown skip score 60 }
        decide { step_up when score >= 40 allow otherwise }
        """
}
