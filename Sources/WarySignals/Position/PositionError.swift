/// Why a position or network database, or a list of networks, cannot be used. Each names the file and how to mend it.
public enum PositionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// The file is no MaxMind DB, or damaged.
    case damaged(path: String, reason: String)
    /// A sound file, of a kind that holds nothing Wary reads.
    case unsuitable(path: String, type: String)
    /// A line of a list that is no network, address or AS number.
    case badEntry(path: String, line: Int, reason: String)

    /// The file it is about.
    public var path: String {
        switch self {
        case .unreadable(let path, _), .damaged(let path, _), .unsuitable(let path, _): path
        case .badEntry(let path, _, _): path
        }
    }

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read (\(reason)); check the path and the file's permissions"
        case .damaged(let path, let reason):
            "\(path): not a sound MaxMind DB file (\(reason)); fetch it again"
        case .unsuitable(let path, let type):
            "\(path): a database of type \"\(type)\" holds nothing Wary reads; "
                + "use City, Country, Enterprise, ASN, ISP, Anonymous-IP, Anonymous-Plus, IP-Risk or Residential-Proxy, "
                + "or one made by wary geo build"
        case .badEntry(let path, let line, let reason):
            "\(path):\(line): \(reason)"
        }
    }
}
