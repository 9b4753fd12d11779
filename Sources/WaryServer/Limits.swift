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
    /// Connections that wait to be accepted: the kernel's queue. More smooths a burst of connections.
    public static let backlog: Int32 = 1024
    /// Bytes taken from a socket at once. Less costs system calls when clients pipeline.
    public static let readBytes = 65_536
    /// Bytes of the configuration file.
    public static let configurationBytes = 1 << 20
}
