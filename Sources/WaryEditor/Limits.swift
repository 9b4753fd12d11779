/// Every limit of the editor's server, in one place.
enum EditorLimits {
    /// Bytes of a message's header; a client sends under a hundred.
    static let headerBytes = 4096
    /// Bytes of one message (64 MiB): a whole file at most, in JSON. It is held in memory twice while it is read.
    static let messageBytes = 64 << 20
    /// Policies looked through for one that includes a file that is no policy itself. Each is loaded once when such a file
    /// is first analysed: some milliseconds.
    static let includingPolicies = 64
    /// Policy files of the open folders that are read when somebody looks for a symbol, and symbols that are answered.
    static let workspaceFiles = 2_000
    static let workspaceSymbols = 1_000
    /// Folders above such a file in which they are looked for.
    static let includingFolders = 3
}
