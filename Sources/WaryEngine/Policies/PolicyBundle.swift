import Synchronization
import WaryHistory
import WaryLanguage

/// A policy with every text that it was made of, so that it can be made again when its files have long changed: for
/// explaining a past decision, for a backtest, for going back.
public struct PolicyBundle: Sendable, Hashable {
    /// The policy's own path among the texts.
    public let path: String
    /// Policies, includes and lists, by path from the policy folder on.
    public let texts: [String: String]

    public init(path: String, texts: [String: String]) {
        self.path = path
        self.texts = texts
    }

    /// The name under which history keeps the policy with this label.
    public static func name(_ label: String) -> String { "policy \(label)" }

    /// The policy with this label as history keeps it; nil where it does not.
    public static func kept(_ label: String, in history: History) throws(HistoryError) -> PolicyBundle? {
        try history.text(named: name(label)).flatMap(PolicyBundle.init)
    }

    /// The policy, compiled again.
    public func load(limits: LanguageLimits = .standard) -> LoadedPolicy {
        PolicyLoader(sources: MemorySources(texts), limits: limits).load(path)
    }

    // MARK: - As bytes

    private static let version: UInt8 = 1

    /// The version, then path and texts, each with its length before it.
    public var bytes: [UInt8] {
        var bytes = [Self.version]
        func add(_ text: String) {
            let count = UInt32(clamping: text.utf8.count)
            for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift))) }
            bytes.append(contentsOf: text.utf8)
        }
        add(path)
        for (path, text) in texts.sorted(by: { $0.key < $1.key }) {
            add(path)
            add(text)
        }
        return bytes
    }

    /// Nil for what `bytes` did not make.
    public init?(_ bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        var rest = bytes.dropFirst()
        func next() -> String? {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else { return nil }
            rest = rest.dropFirst(count)
            return text
        }
        guard let path = next() else { return nil }
        var texts: [String: String] = [:]
        while !rest.isEmpty {
            guard let path = next(), let text = next() else { return nil }
            texts[path] = text
        }
        self.init(path: path, texts: texts)
    }
}

/// Hands on what other sources hold, and remembers it.
final class RememberingSources: SourceProvider {
    private let sources: FileSources
    private let read = Mutex<[String: String]>([:])

    init(_ sources: FileSources) { self.sources = sources }

    func text(at path: String) throws(SourceError) -> String {
        let text = try sources.text(at: path)
        read.withLock { $0[path] = text }
        return text
    }

    func displayName(of path: String) -> String { sources.displayName(of: path) }

    var texts: [String: String] { read.withLock { $0 } }
}
