import Foundation
import Testing
import WaryServer

@Suite("Configuration")
struct ConfigurationTests {
    @Test("A file, the environment and flags, each over the one before")
    func layers() throws {
        var reader = ConfigurationReader()
        try reader.read(toml: """
            # a comment
            data = "history"
            policies = ["login.wary", "/etc/wary/policies"]
            socket = "/run/wary/decide.sock"
            socket_mode = "0600"
            allow_users = ["app", "1000"]
            positions = "city.mmdb"
            durability = "interval 50ms"
            retention = "90d"
            cache = "64MB"
            replay = true
            undeclared_inputs = "ignore"
            max_connections = 10
            log_level = "warning"
            """, named: "wary.toml", folder: "/etc/wary")
        try reader.read(environment: ["WARY_RETENTION": "30d", "WARY_ALLOW_USERS": "a, b", "WARY_QUEUE": "64", "WARY_CACHE": ""])
        try reader.read(flags: [.queue: ["128"], .replay: ["false"], .data: ["elsewhere"]])
        let configuration = try ServerConfiguration(reader, environment: [:])
        #expect(configuration.data == "elsewhere")
        #expect(configuration.policies == ["/etc/wary/login.wary", "/etc/wary/policies"])
        #expect(configuration.socket == "/run/wary/decide.sock")
        #expect(configuration.socketMode == 0o600)
        #expect(configuration.allowUsers == ["a", "b"])
        #expect(configuration.positionSources.databases == ["/etc/wary/city.mmdb"])
        #expect(configuration.durability == .interval(milliseconds: 50))
        #expect(configuration.retention == 2_592_000_000)
        #expect(configuration.cacheBytes == 64 << 20)
        #expect(!configuration.isReplay)
        #expect(configuration.ignoresUndeclaredInputs)
        #expect(configuration.maximumConnections == 10)
        #expect(configuration.queueCapacity == 128)
        #expect(configuration.logLevel == "warning")
    }

    @Test("Two keys are enough; the rest has defaults")
    func defaults() throws {
        var reader = ConfigurationReader()
        try reader.read(toml: "data = \"/var/lib/wary\"\npolicies = \"p.wary\"", named: "w")
        let configuration = try ServerConfiguration(reader, environment: [:])
        #expect(configuration.socket == "/var/lib/wary/decide.sock")
        #expect(configuration.durability == .commit)
        #expect(configuration.policies == ["p.wary"])
        #expect(try ServerConfiguration(reader, environment: ["RUNTIME_DIRECTORY": "/run/wary"]).socket == "/run/wary/decide.sock")
    }

    @Test("What is wrong is named with its place and how to mend it", arguments: [
        ("data = \"d\"\npolices = []", "w:2: unknown key \"polices\"; did you mean \"policies\"?"),
        ("zzzzzzzz = 1", "w:1: unknown key \"zzzzzzzz\"; known are data, policies"),
        ("data = 7", "w:1: data must be a path"),
        ("\n\npolicies = [1]", "w:3: policies must be a list of paths"),
        ("durability = \"interval 20s\"", "w:1: durability must be \"commit\", or"),
        ("retention = \"5 years\"", "w:1: retention must be a duration such as"),
        ("replay = \"yes\"", "w:1: replay must be true or false"),
        ("socket_mode = \"rw\"", "w:1: socket_mode must be permissions in octal"),
        ("max_connections = 0", "w:1: max_connections must be a whole number from 1"),
        ("log_level = \"loud\"", "w:1: log_level must be \"debug\" or"),
        ("[server]\ndata = \"x\"", "w:1: unknown key \"server\""),
        ("data = ", "w:1:"),
        ("data = \"d\"", "policies is not set: give it in the file, as --policies or in WARY_POLICIES"),
    ])
    func wrong(_ text: String, _ message: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            var reader = ConfigurationReader()
            try reader.read(toml: text, named: "w")
            _ = try ServerConfiguration(reader, environment: [:])
        }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test("Every key's default, as the reference prints it, is one that a file may hold", arguments: ConfigurationKey.allCases)
    func documentedDefaults(_ key: ConfigurationKey) throws {
        guard let text = key.defaultText else { return }
        var reader = ConfigurationReader()
        #expect(throws: Never.self) { try reader.read(toml: "\(key.rawValue) = \(text)", named: "w") }
        #expect(key.help.hasSuffix("."))
    }
}
