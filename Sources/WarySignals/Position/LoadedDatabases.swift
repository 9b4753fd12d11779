import Glibc
import WaryVocabulary

/// One state of the databases: immutable, and shared by all look-ups that began while it was in use.
final class LoadedDatabases: Sendable {
    let sources: PositionSources
    let files: [MaxMindFile]
    let stamps: [FileStamp]
    let inventory: DataInventory
    private let lists: [(trait: NetworkTrait, list: NetworkList)]

    init() {
        sources = PositionSources()
        files = []
        stamps = []
        inventory = DataInventory([])
        lists = []
    }

    init(_ sources: PositionSources) throws(PositionError) {
        self.sources = sources
        stamps = Self.stamps(of: sources)
        var files: [MaxMindFile] = []
        for path in sources.databases {
            let file = try MaxMindFile(path: path)
            guard !file.kind.isEmpty else { throw .unsuitable(path: path, type: file.type) }
            files.append(file)
        }
        self.files = files
        var items: [DataInventory.Item] = []
        for file in files { items.append(try DataInventory.Item(file)) }
        var lists: [(trait: NetworkTrait, list: NetworkList)] = []
        for trait in NetworkTrait.allCases {
            for path in sources.lists[trait] ?? [] {
                lists.append((trait, try NetworkList(path: path)))
                items.append(try DataInventory.Item(list: path, trait))
            }
        }
        self.lists = lists
        inventory = DataInventory(items)
    }

    func look(up address: IPAddress, at now: Instant?) -> Whereabouts {
        var search = Search(address: address)
        for file in files where !search.isSettled(file.kind) {
            if isStale(file, at: now) { search.noteStale(file.kind) } else { search.read(file) }
        }
        for (trait, list) in lists { search.note(trait, isListed: list.contains(address, asn: search.network.asn)) }
        return search.result
    }

    private func isStale(_ file: MaxMindFile, at now: Instant?) -> Bool {
        guard let age = sources.maximumAge, let now, let built = file.built else { return false }
        return now - built > age
    }

    /// What identifies a version of a file on disk.
    struct FileStamp: Hashable, Sendable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    static func stamps(of sources: PositionSources) -> [FileStamp] {
        sources.paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return FileStamp(device: 0, inode: 0, size: -1, seconds: 0, nanoseconds: 0) }
            return FileStamp(device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
                             seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        }
    }
}

/// One look-up on its way through the files: what has been found, and why the rest has not.
private struct Search {
    let address: IPAddress
    var position = Position()
    var network = NetworkFacts()
    private var anonymity = Anonymity()
    /// Kinds that a believable database was asked for, that only a stale one could tell, and whose record was damaged.
    private var asked: DatabaseKind = []
    private var stale: DatabaseKind = []
    private var damaged: DatabaseKind = []

    init(address: IPAddress) { self.address = address }

    /// Whether a file of this kind can add nothing.
    func isSettled(_ kind: DatabaseKind) -> Bool {
        let needsPlace = kind.contains(.place) && position.point == nil
        let needsCountry = kind.contains(.country) && position.country == nil
        let needsNetwork = kind.contains(.network) && network.asn == nil
        return !(needsPlace || needsCountry || needsNetwork || !kind.isDisjoint(with: [.anonymity, .residentialProxy]))
    }

    mutating func noteStale(_ kind: DatabaseKind) { stale.formUnion(kind) }

    mutating func read(_ file: MaxMindFile) {
        asked.formUnion(file.kind)
        switch file.find(address) {
        case .absent:
            // An anonymity database lists the anonymous; for a private address it has nothing to say.
            if file.kind.contains(.anonymity), !address.isPrivate, file.type != DatabaseKind.ownType { anonymity.merge(.none) }
        case .damaged:
            damaged.formUnion(file.kind)
        case .found(let entry):
            if file.kind.contains(.country), position.country == nil { position.country = MaxMindFile.country(in: entry) }
            if file.kind.contains(.place), position.point == nil { MaxMindFile.readPlace(in: entry, into: &position) }
            if file.kind.contains(.network), network.asn == nil { MaxMindFile.readNetwork(in: entry, into: &network) }
            if file.kind.contains(.anonymity) { 
                anonymity.merge(MaxMindFile.readAnonymity(in: entry, absent: file.type == DatabaseKind.ownType ? nil : false))
             }
            if file.kind.contains(.residentialProxy) { anonymity.merge(Anonymity(anonymous: true, proxy: true)) }
        }
    }

    mutating func note(_ trait: NetworkTrait, isListed: Bool) {
        guard isListed || !address.isPrivate else { return }
        switch trait {
        case .hosting: anonymity.merge(Anonymity(hosting: isListed))
        case .vpn: anonymity.merge(Anonymity(vpn: isListed))
        case .proxy: anonymity.merge(Anonymity(proxy: isListed))
        case .tor: anonymity.merge(Anonymity(tor: isListed))
        }
    }

    var result: Whereabouts {
        var facts = network
        anonymity.apply(to: &facts)
        return Whereabouts(position: position, network: facts,
                           missingCountry: reason(.country), missingPosition: reason(.place),
                           missingNetwork: reason(.network), missingAnonymity: reason(.anonymity))
    }

    private func reason(_ kind: DatabaseKind) -> UnknownReason {
        if address.isPrivate { return .privateAddress }
        if damaged.contains(kind) { return .failed }
        if asked.contains(kind) { return .notInDatabase }
        return stale.contains(kind) ? .stale : .databaseNotLoaded
    }
}
