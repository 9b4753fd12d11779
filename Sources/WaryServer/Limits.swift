/// Every limit of the server, with its unit and what changing it costs.
public enum ServerLimits {
    /// Bytes of one line either way, the newline included. Each connection may hold this much half-received.
    public static let lineBytes = 65_536
    /// Levels of nesting in a request. The API needs three; more only costs stack in whatever reads it.
    public static let jsonDepth = 16
    /// UTF-8 bytes of a request's `id`. It is kept while the request is in flight.
    public static let requestIDBytes = 128
    /// Bytes of an unknown name that an error repeats. More helps nobody find a slip.
    public static let quotedNameBytes = 64
    /// Requests of one connection in flight before it is no longer read. More lets one client fill the common queue.
    public static let requestsInFlight = 256
    /// Bytes of answers that a client has not read before it is no longer read from. Memory for each slow reader.
    public static let unreadAnswerBytes = 1 << 20
    /// Connections at once. Each costs a file descriptor and some kilobytes.
    public static let connections = 1024
    /// Seconds that half a request may wait for the rest. Less cuts off slow links, more lets connections be held.
    public static let halfRequestSeconds: Int64 = 30
    /// Seconds after SIGTERM in which answers in hand are finished.
    public static let drainSeconds: Int64 = 10
    /// Microseconds that may be spun at most. More wins nothing: a wake-up costs some 20.
    public static let spinMicroseconds: Int64 = 1000
    /// Connections that wait to be accepted: the kernel's queue. More smooths a burst of connections.
    public static let backlog: Int32 = 1024
    /// Bytes taken from a socket at once. Less costs system calls when clients pipeline.
    public static let readBytes = 65_536
    /// Bytes of the configuration file.
    public static let configurationBytes = 1 << 20
    /// Bytes of an HTTP request's body, as much as a line of the decision socket.
    public static let bodyBytes = 65_536
    /// Bytes of all of an HTTP request's header, and of one field. An account id in a path takes 3 KiB at most.
    public static let httpHeaderBytes = 16_384
    public static let httpHeaderFieldBytes = 8192
    public static let httpHeaderFields = 100
    /// Seconds from an HTTP header's first byte to its last, and from there to the body's end. Totals: less cuts off slow
    /// links, more lets connections be held by a byte now and then.
    public static let httpHeaderSeconds: Int64 = 10
    public static let httpBodySeconds: Int64 = 10
    /// Seconds in which a client must take an answer. A slow reader costs the answer's memory for that long.
    public static let httpAnswerSeconds: Int64 = 30
    /// Seconds that a TCP connection may have nothing to say. Unix sockets are not limited: pools keep them.
    public static let httpIdleSeconds: Int64 = 75
    /// Seconds between our end of an HTTP connection and the client's.
    public static let httpFarewellSeconds: Int64 = 2
    /// Records of an account's history in one answer, at most and where nothing is said. Each is some hundred bytes, and read
    /// between two batches of decisions.
    public static let timelineRecords = 1000
    public static let timelineDefault = 100
    /// Seconds that a request to reload waits for the policies to be in force.
    public static let reloadSeconds: Int64 = 5
    /// Milliseconds between two looks at files that are reloaded when they change. A change is acted on at the second look
    /// that finds it, so after twice this time at most.
    public static let watchMilliseconds: Int64 = 1000
    /// Files that are looked at in one folder; a policy folder of that size is a mistake.
    public static let watchedFiles = 10_000
    /// Sockets that a service manager may hand over.
    public static let inheritedSockets = 8
    /// Milliseconds between two rounds of the accounts' housekeeping: how late an unfinished sign-in is reported as such.
    public static let housekeepingMilliseconds: Int64 = 5000
    /// Seconds in which a mail server must take a message; longer ones are tried anew by whoever waits for the mail.
    public static let smtpSeconds: Int64 = 30
    /// Bytes of an API key's name.
    public static let keyNameBytes = 32
    /// Hashes that one API key may have: the old one and the new one while they are exchanged.
    public static let keysAtATime = 2
    /// Combinations of labels of one metric. Each is a few hundred bytes of every scrape.
    public static let metricCombinations = 4096
}
