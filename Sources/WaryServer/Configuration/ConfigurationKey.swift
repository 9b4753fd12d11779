/// Every key of the configuration, once: the file, the command line's flags, the `WARY_*` variables and the reference
/// page all read this table.
public enum ConfigurationKey: String, Sendable, Hashable, CaseIterable {
    case data, policies
    case shadow
    case breakGlass = "break_glass"
    case socket
    case socketMode = "socket_mode"
    case allowUsers = "allow_users"
    case allowGroups = "allow_groups"
    case httpSocket = "http_socket"
    case httpListen = "http_listen"
    case httpKeys = "http_keys"
    case tlsCertificate = "tls_certificate"
    case tlsKey = "tls_key"
    case tlsClientAuthorities = "tls_client_authorities"
    case trustedProxies = "trusted_proxies"
    case positions
    case positionsMaxAge = "positions_max_age"
    case torExits = "tor_exits"
    case hostingNetworks = "hosting_networks"
    case vpnNetworks = "vpn_networks"
    case proxyNetworks = "proxy_networks"
    case userAgents = "user_agents"
    case durability, retention
    case retentionEvents = "retention_events"
    case logOrigin = "log_origin"
    case keyFile = "key_file"
    case cache, replay
    case undeclaredInputs = "undeclared_inputs"
    case maxConnections = "max_connections"
    case queue
    case ioThreads = "io_threads"
    case spinMicroseconds = "spin_us"
    case logLevel = "log_level"
    // The section [accounts]: the authentication API.
    case accountsFolder = "accounts.folder"
    case accountsSecretFile = "accounts.secret_file"
    case accountsService = "accounts.service"
    case accountsTenant = "accounts.tenant"
    case accountsLanguage = "accounts.language"
    case accountsRelyingParty = "accounts.relying_party"
    case accountsOrigins = "accounts.origins"
    case accountsIssuer = "accounts.issuer"
    case accountsAudience = "accounts.audience"
    case accountsBlocklist = "accounts.blocklist"
    case accountsBreached = "accounts.breached"
    case accountsTemplates = "accounts.templates"
    case accountsProxies = "accounts.proxies"
    case accountsMessagesFile = "accounts.messages_file"
    case accountsWebhook = "accounts.webhook"
    case accountsWebhookSecretFile = "accounts.webhook_secret_file"
    case accountsSMTP = "accounts.smtp"
    case accountsSMTPFrom = "accounts.smtp_from"
    case accountsSMTPUser = "accounts.smtp_user"
    case accountsSMTPPasswordFile = "accounts.smtp_password_file"
    case accountsSMTPSecurity = "accounts.smtp_security"
    case accountsSMTPAuthorities = "accounts.smtp_authorities"

    /// What a key's value looks like.
    public enum Kind: Sendable, Hashable {
        case text
        /// A path; in a file, relative to the file's folder.
        case path
        case texts
        case paths
        case bool
        case integer(ClosedRange<Int64>)
        /// `50ms`, `30s`, `10m`, `12h`, `400d`: a range in milliseconds.
        case duration(ClosedRange<Int64>)
        /// `256MB`, `1GB`: a range in bytes.
        case size(ClosedRange<Int64>)
        case choice([String])
        /// `commit`, or `interval 50ms`.
        case durability
        /// File permissions in octal: `0660`.
        case mode
    }

    public var kind: Kind { facts.kind }

    /// The value where nothing is said, as a file would write it; nil where there is none.
    public var defaultText: String? { facts.fallback }

    /// What it is for, one sentence.
    public var help: String { facts.help }

    /// The command line's flag, without its dashes.
    public var flag: String { rawValue.map { "_.".contains($0) ? "-" : String($0) }.joined() }

    /// The environment's variable.
    public var variable: String { "WARY_" + rawValue.replacing(".", with: "_").uppercased() }

    private struct Facts {
        let kind: Kind
        let fallback: String?
        let help: String

        init(_ kind: Kind, _ fallback: String?, _ help: String) {
            self.kind = kind
            self.fallback = fallback
            self.help = help
        }
    }

    private var facts: Facts {
        switch self {
        case .data: Facts(.path, nil, "The folder that holds the history; made with mode 0700 where it is not there.")
        case .policies: Facts(.paths, nil, "Policy files, and folders of them; one policy for each kind of event.")
        case .shadow: Facts(.paths, "[]", "Policy files that are evaluated beside those in force: their answers are recorded and never obeyed; wary shadow report.")
        case .breakGlass: Facts(.texts, "[]", "Accounts that every policy must let in on an ordinary sign-in, or it is not put in force.")
        case .socket: Facts(.path, nil, "Where the decision socket is made; decide.sock in the runtime folder that systemd gives, else in the data folder.")
        case .socketMode: Facts(.mode, "\"0660\"", "The decision socket's permissions.")
        case .allowUsers: Facts(.texts, "[]", "Users who may use the socket, beside the server's own and root: names or ids.")
        case .allowGroups: Facts(.texts, "[]", "Groups whose members may use the socket: names or ids.")
        case .httpSocket: Facts(.path, nil, "Where the HTTP interface's Unix socket is made; http.sock beside the decision socket. It has the same permissions and users.")
        case .httpListen: Facts(.text, nil, "An address and a port for HTTP over TCP, 127.0.0.1:8080; off loopback only with TLS. Needs http_keys.")
        case .httpKeys: Facts(.path, nil, "The file of API keys that may use HTTP over TCP; wary key NAME makes one.")
        case .tlsCertificate: Facts(.path, nil, "The server's certificate and its chain in PEM.")
        case .tlsKey: Facts(.path, nil, "The certificate's private key in PEM.")
        case .tlsClientAuthorities: Facts(.path, nil, "Authorities in PEM, one of whose certificates every client over TCP must show.")
        case .trustedProxies: Facts(.texts, "[]", "Networks and addresses of the proxies that are believed in what they say of a client's address (forwarded).")
        case .positions: Facts(.paths, "[]", "MaxMind DB files that say where addresses are and whose; without them such signals are unknown.")
        case .positionsMaxAge: Facts(.duration(86_400_000...36_500 * 86_400_000), nil, "How old a position database may be before what it says is unknown (stale); never where nothing is said.")
        case .torExits: Facts(.paths, "[]", "Lists of Tor exits: a network, an address or an AS number a line.")
        case .hostingNetworks: Facts(.paths, "[]", "Lists of data centres' networks, in the same form.")
        case .vpnNetworks: Facts(.paths, "[]", "Lists of VPN providers' networks, in the same form.")
        case .proxyNetworks: Facts(.paths, "[]", "Lists of proxies, in the same form.")
        case .userAgents: Facts(.path, nil, "uap-core's regexes.yaml, by which user agents are read; Debian's package's where it is installed, else a small table of Wary's own.")
        case .durability: Facts(.durability, "\"commit\"", "When an answer leaves: commit, after its event is on disk; interval 50ms, at once, and a crash loses at most so much.")
        case .retention: Facts(.duration(86_400_000...36_500 * 86_400_000), "\"400d\"", "How long events are kept.")
        case .retentionEvents: Facts(.texts, "[]", "Kinds of events with a retention of their own: \"password.changed 30d\". What was reported of an event goes with it.")
        case .logOrigin: Facts(.text, nil, "The name in front of the audit log's checkpoints, as a URL without its scheme; one made of its key where nothing is said.")
        case .keyFile: Facts(.path, nil, "The installation's key, made at the first start; the data folder's name with .key after it where nothing is said. The variable WARY_KEY may hold the key itself.")
        case .cache: Facts(.size(1 << 20...1 << 40), "\"256MB\"", "Memory for live profiles.")
        case .replay: Facts(.bool, "false", "Every request says when it happened (at), never before the one before it; the folder is not served live afterwards.")
        case .undeclaredInputs: Facts(.choice(["refuse", "ignore"]), "\"refuse\"", "What becomes of inputs that no policy declares.")
        case .maxConnections: Facts(.integer(1...65_536), "\(ServerLimits.connections)", "Connections at once; those above get one overloaded line.")
        case .queue: Facts(.integer(16...1_048_576), "8192", "Requests that may wait; above it answers are overloaded, at once.")
        case .ioThreads: Facts(.integer(0...64), "0", "Threads that read, decode, encode and write for the clerk; 0: its own thread does, which is best on up to four cores.")
        case .spinMicroseconds: Facts(.integer(0...ServerLimits.spinMicroseconds), "0", "Microseconds that a thread of the decision socket looks for work before it sleeps. 20 to 50 spare a single caller the wake-up of a halted core, and cost up to a whole core while there is little to do.")
        case .logLevel: Facts(.choice(["debug", "info", "notice", "warning", "error"]), "\"info\"", "The least serious lines that are logged.")
        case .accountsFolder: Facts(.path, nil, "The folder that holds accounts; where it is set, the authentication API is served.")
        case .accountsSecretFile: Facts(.path, nil, "The secret that all keys of the accounts follow from, made at the first start; the folder's name with .key after it where nothing is said. The variable WARY_ACCOUNTS_SECRET may hold it itself.")
        case .accountsService: Facts(.text, "\"Wary\"", "The service's name, in messages and authenticator apps.")
        case .accountsTenant: Facts(.text, "\"main\"", "The tenant of accounts that name none.")
        case .accountsLanguage: Facts(.text, "\"en\"", "The language of messages where a person's own has no templates.")
        case .accountsRelyingParty: Facts(.text, "\"localhost\"", "The domain that passkeys are bound to.")
        case .accountsOrigins: Facts(.texts, "[\"http://localhost\"]", "Where the service's pages are: only they may use passkeys, and cookies for what changes something.")
        case .accountsIssuer: Facts(.text, "\"http://localhost\"", "The issuer (iss) of signed access tokens: this service's address.")
        case .accountsAudience: Facts(.text, "\"wary\"", "Whom signed access tokens are for (aud).")
        case .accountsBlocklist: Facts(.path, nil, "A file of common passwords, one a line, which are refused beside those always refused.")
        case .accountsBreached: Facts(.path, nil, "A folder of breached passwords' hashes in ranges, as the k-anonymity services give them.")
        case .accountsTemplates: Facts(.path, nil, "A folder of message templates, LANGUAGE/KIND.CHANNEL.mustache, over those that come with Wary.")
        case .accountsProxies: Facts(.texts, "[]", "Networks of the proxies in front of the TCP address, whose X-Forwarded-For is believed.")
        case .accountsMessagesFile: Facts(.path, nil, "A file that messages are written to that nothing else takes: for development.")
        case .accountsWebhook: Facts(.text, nil, "Where text messages and pushes are posted as signed JSON, and mail where smtp is not set: https, or http on this machine.")
        case .accountsWebhookSecretFile: Facts(.path, nil, "A file with at least 32 bytes that the webhook's messages are signed with.")
        case .accountsSMTP: Facts(.text, nil, "The mail server and its port, mail.example.org:587.")
        case .accountsSMTPFrom: Facts(.text, nil, "The address that mail comes from.")
        case .accountsSMTPUser: Facts(.text, nil, "The name to sign in to the mail server with.")
        case .accountsSMTPPasswordFile: Facts(.path, nil, "A file with the password to sign in to the mail server with.")
        case .accountsSMTPSecurity: Facts(.choice(["starttls", "tls", "none"]), "\"starttls\"", "How mail is encrypted on its way; none only to a server on this machine.")
        case .accountsSMTPAuthorities: Facts(.path, nil, "Authorities in PEM that the mail server's certificate is checked by, instead of the system's.")
        }
    }
}
