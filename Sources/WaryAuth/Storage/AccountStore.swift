/// Ordered keys and values with transactions: where accounts are kept. What is written is already sealed.
public protocol AccountStore: Sendable {
    /// Reads from one snapshot.
    func read<Answer>(_ body: (any StoreReader) throws(AuthError) -> Answer) throws(AuthError) -> Answer

    /// Writes all or nothing: what `body` throws undoes it. One writer at a time, each seeing all before it, and the
    /// answer comes when it is on disk.
    func write<Answer>(_ body: (any StoreWriter) throws(AuthError) -> Answer) throws(AuthError) -> Answer
}

public protocol StoreReader {
    func value(of key: [UInt8]) throws(AuthError) -> [UInt8]?
    /// Entries whose keys begin with `prefix`, in the order of their bytes, at most `limit`.
    func entries(under prefix: [UInt8], limit: Int) throws(AuthError) -> [(key: [UInt8], value: [UInt8])]
}

public protocol StoreWriter: StoreReader {
    func put(_ value: [UInt8], at key: [UInt8]) throws(AuthError)
    func remove(_ key: [UInt8]) throws(AuthError)
}
