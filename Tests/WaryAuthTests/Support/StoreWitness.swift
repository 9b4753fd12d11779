import Synchronization
@testable import WaryAuth

/// A store that notes what is asked of the one behind it: the kind of each step and how much it found, not what.
final class StoreWitness: AccountStore {
    enum Step: Hashable, Comparable {
        case hit, miss, put, removal
        case entries(Int)
    }

    private let store: any AccountStore
    private let noted = Mutex<[Step]>([])

    init(_ store: any AccountStore) { self.store = store }

    var steps: [Step] { noted.withLock { $0 } }
    func forget() { noted.withLock { $0 = [] } }
    fileprivate func note(_ step: Step) { noted.withLock { $0.append(step) } }

    func read<Answer>(_ body: (any StoreReader) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try store.read { records throws(AuthError) in try body(Reader(witness: self, records: records)) }
    }

    func write<Answer>(_ body: (any StoreWriter) throws(AuthError) -> Answer) throws(AuthError) -> Answer {
        try store.write { records throws(AuthError) in try body(Writer(witness: self, records: records)) }
    }

    private struct Reader: StoreReader {
        let witness: StoreWitness
        let records: any StoreReader

        func value(of key: [UInt8]) throws(AuthError) -> [UInt8]? {
            let value = try records.value(of: key)
            witness.note(value == nil ? .miss : .hit)
            return value
        }

        func entries(under prefix: [UInt8], limit: Int) throws(AuthError) -> [(key: [UInt8], value: [UInt8])] {
            let found = try records.entries(under: prefix, limit: limit)
            witness.note(.entries(found.count))
            return found
        }
    }

    private struct Writer: StoreWriter {
        let witness: StoreWitness
        let records: any StoreWriter
        private var reader: Reader { Reader(witness: witness, records: records) }

        init(witness: StoreWitness, records: any StoreWriter) {
            self.witness = witness
            self.records = records
        }

        func value(of key: [UInt8]) throws(AuthError) -> [UInt8]? { try reader.value(of: key) }

        func entries(under prefix: [UInt8], limit: Int) throws(AuthError) -> [(key: [UInt8], value: [UInt8])] {
            try reader.entries(under: prefix, limit: limit)
        }

        func put(_ value: [UInt8], at key: [UInt8]) throws(AuthError) {
            witness.note(.put)
            try records.put(value, at: key)
        }

        func remove(_ key: [UInt8]) throws(AuthError) {
            witness.note(.removal)
            try records.remove(key)
        }
    }
}
