/// What an operator should know, though nothing failed.
public enum HistoryWarning: Hashable, Sendable, CustomStringConvertible {
    /// One address carries far too large a share of all accounts; its sign-ins teach nothing about places any longer.
    case crowdedAddress(accounts: Int, of: Int)
    /// Profiles were damaged, as said; they are built anew from the journal, and nothing is lost.
    case rebuilding(String)

    public var description: String {
        switch self {
        case .crowdedAddress(let accounts, let all):
            "one address carries \(accounts) of \(all) accounts: is it your proxy's, sent in place of the client's? "
                + "Nothing about places is learned from it"
        case .rebuilding(let damage): "\(damage): rebuilding the profiles from the journal"
        }
    }
}

/// What can go wrong with history. The texts name places and mends, never what an app sent.
public enum HistoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder cannot be read or written: missing rights, a device error.
    case unreadable(path: String, reason: String)
    /// No space is left; nothing since the last commit was kept. Serving may go on and try again.
    case diskFull(path: String)
    /// Another process serves this folder.
    case inUse(path: String, pid: Int32)
    /// The folder lies on a network file system, where LMDB's locks do not hold.
    case networkFileSystem(path: String, kind: String)
    /// What was read is not what was written.
    case damaged(file: String, place: String, help: String)
    /// Written by a later version of Wary.
    case tooNew(path: String, format: Int, known: Int)
    /// Written before the first release, in a format that this one does not read.
    case tooOld(path: String, format: Int, known: Int)
    /// The installation's key is not the one the folder was made with.
    case wrongKey(path: String)
    /// No such decision, or it is no longer held.
    case notFound
    /// The report contradicts what is already known of the decision.
    case conflict(String)
    /// What was asked to be recorded does not fit: says why.
    case invalid(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be used: \(reason)"
        case .diskFull(let path): "no space left for \(path); free some and it goes on by itself"
        case .inUse(let path, let pid):
            "\(path) is in use by the process \(pid); stop it, or go through it with --socket"
        case .networkFileSystem(let path, let kind):
            "\(path) lies on a network file system (\(kind)), where locks do not hold; use a local disk"
        case .damaged(let file, let place, let help): "\(file) is damaged at \(place); \(help)"
        case .tooNew(let path, let format, let known):
            "\(path) has the format \(format), written by a later version; this one knows up to \(known)"
        case .tooOld(let path, let format, let known):
            "\(path) has the format \(format) of a version before the first release; this one reads \(known) only: "
                + "begin a new folder, and import into it what logs hold"
        case .wrongKey(let path): "\(path) was made with another installation key; give the key it was made with"
        case .notFound: "no such decision, or it is no longer held"
        case .conflict(let text): text
        case .invalid(let text): text
        }
    }
}
