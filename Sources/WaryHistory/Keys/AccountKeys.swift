import Crypto

/// The accounts' own keys, each in a numbered slot, from 1. Destroying a slot makes all it sealed unreadable for good.
protocol AccountKeys: AnyObject {
    /// The key of a slot that was allotted and not destroyed.
    func key(_ slot: UInt32) throws(HistoryError) -> SymmetricKey
    /// Nil where it was destroyed.
    func keyIfHeld(_ slot: UInt32) throws(HistoryError) -> SymmetricKey?
    /// Makes keys up to this slot and beyond, durably, unless they are there.
    func allot(through slot: UInt32) throws(HistoryError)
    func destroy(_ slot: UInt32) throws(HistoryError)
    func close()
}

final class MemoryAccountKeys: AccountKeys {
    private var keys: [UInt32: SymmetricKey] = [:]
    private var allotted: UInt32 = 0

    func key(_ slot: UInt32) throws(HistoryError) -> SymmetricKey {
        guard let key = keys[slot] else { throw .invalid("no key in slot \(slot)") }
        return key
    }

    func keyIfHeld(_ slot: UInt32) -> SymmetricKey? { keys[slot] }

    func allot(through slot: UInt32) {
        while allotted < slot {
            allotted += 1
            keys[allotted] = SymmetricKey(size: .bits256)
        }
    }

    func destroy(_ slot: UInt32) { keys[slot] = nil }

    func close() {}
}
