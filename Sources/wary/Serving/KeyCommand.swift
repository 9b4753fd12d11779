import ArgumentParser
import WaryServer

/// `wary key`: a new API key for HTTP over TCP.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Makes an API key for HTTP over TCP.",
        discussion: """
            Prints the key, which is not kept anywhere, and the lines for the key file (http_keys), which hold only its hash. To \
            exchange a key, make another and let both be valid for a while: hash = ["sha256:OLD", "sha256:NEW"].
            Example:
              wary key shop --scope decide --scope report
            """)

    @Argument(help: "Who will show the key: small letters, digits and -.")
    var name: String

    @Option(parsing: .singleValue, help: "What it may do: \(HTTPScope.allCases.map(\.rawValue).joined(separator: ", ")).")
    var scope: [String] = ["decide", "report", "label", "events"]

    @Option(parsing: .singleValue, help: "A tenant it is limited to.")
    var tenant: [String] = []

    func validate() throws {
        guard APIKey.isName(name) else { throw ValidationError("a name is 1 to 32 small letters, digits and -") }
        for scope in scope where HTTPScope(rawValue: scope) == nil { throw ValidationError("there is no scope \"\(scope)\"") }
    }

    func run() throws {
        let (key, hash) = APIKey.make(name: name)
        func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        print("# The key, to be handed over; it is not kept:")
        print("# \(key)")
        print("[\(name)]")
        print("hash = \"\(hash)\"")
        print("scopes = \(list(scope))")
        if !tenant.isEmpty { print("tenants = \(list(tenant))") }
    }
}
