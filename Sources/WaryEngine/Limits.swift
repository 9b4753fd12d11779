/// Every limit of the engine, with its unit and what changing it costs.
public enum EngineLimits {
    /// Requests that wait for the clerk. More smooths longer bursts, and lets answers come later before callers are
    /// told to come back: at 100,000 decisions a second, 8,192 are 80 ms.
    public static let queueCapacity = 8192
    /// Requests that the clerk takes as one batch. More share one sync; all of them wait for the last.
    public static let batchCapacity = 1024
    /// Milliseconds after which a refused caller should try again. Less makes callers knock while the queue is still
    /// full.
    public static let retryAfterMilliseconds = 50
    /// Milliseconds after which a caller should repeat what could not be written.
    public static let retryAfterFaultMilliseconds = 1000
    /// Records that are filled into a coming policy's aggregates between two batches. More warms sooner, and lets a batch
    /// wait longer: a record takes some microseconds.
    public static let warmingSlice = 128
    /// Bytes of the clerk's stack. The checker bounds a policy's depth; profiles and batches live on the heap.
    public static let clerkStackBytes = 4 << 20
    /// UTF-8 bytes of an account or device id. Longer ids are refused, never cut: two accounts would become one.
    public static let identifierBytes = 1024
    /// UTF-8 bytes of a user agent.
    public static let agentBytes = 4096
    /// UTF-8 bytes of any other text, inputs included.
    public static let textBytes = 1024
    /// Inputs of one request. Each is kept with its event.
    public static let inputs = 64
    /// Elements of an input that is a set.
    public static let setElements = 256
    /// Attempts that one "message repeated" line of a log may stand for: a forged one would otherwise fill the history.
    public static let repeatedMessages = 100_000
    /// Events of an import that share one commit. More is faster, and loses more should the machine stop.
    public static let importBatch = 4096
    /// Records that a past decision's explanation goes through between two batches, and before it is given up: a server
    /// keeps the profiles of all of them while it does. `wary explain --data` beside the server knows no such bound.
    public static let explanationSlice = 128
    public static let explanationRecords: UInt64 = 500_000
    /// Records of one account that are read between two batches.
    public static let timelineSlice = 64
    /// Addresses of a `forwarded` chain that are looked at, from our side on: nobody stands behind so many proxies, and
    /// the far end is written by the client.
    public static let forwardedHops = 32
    /// Milliseconds for which an answer in shadow speaks for a policy that is to be put in force: a day.
    public static let shadowFreshness: Int64 = 86_400_000
    /// The share of accounts that suggestions are fitted to; the others show what they are worth.
    public static let tuningFitted = 0.7
    /// How often the search for better numbers goes through them all. It ends by itself once nothing gets better.
    public static let tuningRounds = 6
    /// Policies evaluated beside those in force. Each costs a decision as much again.
    public static let shadows = 8
    /// Examples that a backtest keeps with their explanations: some kilobytes each.
    public static let backtestExamples = 20
}
