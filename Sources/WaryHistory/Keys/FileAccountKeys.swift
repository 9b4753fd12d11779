import Crypto
import Foundation

/// Account keys in a flat file: slot after slot, each key wrapped under the installation's (RFC 3394). A flat file because
/// a key that is destroyed is overwritten where it stands; an LMDB page would keep it until it happens to be used again.
///
/// The file: a header of 64 bytes (magic, version, a check of the installation's key), then 40 bytes a slot, all zero
/// where none was allotted or it was destroyed.
final class FileAccountKeys: AccountKeys {
    private static let magic = Array("WARYKEYS".utf8)
    private static let version: UInt8 = 1
    private static let headerBytes = 64
    private static let slotBytes = 40

    private let path: String
    private let wrapping: SymmetricKey
    private let descriptor: Int32
    private var allotted: UInt32
    private var unwrapped: [UInt32: SymmetricKey] = [:]

    init(folder: String, key: InstallationKey, isReadOnly: Bool) throws(HistoryError) {
        path = "\(folder)/slots"
        wrapping = key.derived("account keys")
        descriptor = open(path, (isReadOnly ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFault.current(path) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemFault.current(path) }
        allotted = UInt32(max(0, Int(facts.st_size) - Self.headerBytes) / Self.slotBytes)
        let check = Array(key.derived("key check").withUnsafeBytes { SHA256.hash(data: $0) }.prefix(16))
        if facts.st_size < Self.headerBytes {
            guard facts.st_size == 0, !isReadOnly else { throw damaged("its header") }
            var header = Self.magic + [Self.version] + check
            header += [UInt8](repeating: 0, count: Self.headerBytes - header.count)
            try write(header, at: 0)
        } else {
            let header = try read(Self.headerBytes, at: 0)
            guard Array(header.prefix(8)) == Self.magic else { throw damaged("its header") }
            guard header[8] == Self.version else { throw .tooNew(path: path, format: Int(header[8]), known: Int(Self.version)) }
            guard Array(header[9..<25]) == check else { throw .wrongKey(path: folder) }
        }
    }

    deinit { close() }

    private var isClosed = false

    func close() {
        if !isClosed { Glibc.close(descriptor) }
        isClosed = true
    }

    func key(_ slot: UInt32) throws(HistoryError) -> SymmetricKey {
        guard let key = try keyIfHeld(slot) else { throw .invalid("no key in slot \(slot)") }
        return key
    }

    func keyIfHeld(_ slot: UInt32) throws(HistoryError) -> SymmetricKey? {
        if let key = unwrapped[slot] { return key }
        guard slot >= 1, slot <= allotted else { throw damaged("slot \(slot), which is not there") }
        let wrapped = try read(Self.slotBytes, at: offset(slot))
        if wrapped.allSatisfy({ $0 == 0 }) { return nil }
        guard let key = try? AES.KeyWrap.unwrap(wrapped, using: wrapping) else { throw damaged("slot \(slot)") }
        if unwrapped.count >= Limits.keysInMemory { unwrapped.removeAll(keepingCapacity: true) }
        unwrapped[slot] = key
        return key
    }

    func allot(through slot: UInt32) throws(HistoryError) {
        while allotted < slot {
            var block: [UInt8] = []
            block.reserveCapacity(Limits.keyBlock * Self.slotBytes)
            for _ in 0..<Limits.keyBlock {
                guard let wrapped = try? AES.KeyWrap.wrap(SymmetricKey(size: .bits256), using: wrapping) else {
                    throw .invalid("an account key could not be wrapped")
                }
                block.append(contentsOf: wrapped)
            }
            try write(block, at: offset(allotted + 1))
            allotted += UInt32(Limits.keyBlock)
        }
    }

    func destroy(_ slot: UInt32) throws(HistoryError) {
        unwrapped[slot] = nil
        guard slot >= 1, slot <= allotted else { return }
        try write([UInt8](repeating: 0, count: Self.slotBytes), at: offset(slot))
    }

    private func offset(_ slot: UInt32) -> Int { Self.headerBytes + (Int(slot) - 1) * Self.slotBytes }

    private func read(_ count: Int, at offset: Int) throws(HistoryError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, off_t(offset))
        guard got >= 0 else { throw SystemFault.current(path) }
        guard got == count else { throw damaged("byte \(offset + got)") }
        return bytes
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(HistoryError) {
        let written = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        guard written >= 0 else { throw SystemFault.current(path) }
        guard written == bytes.count else { throw .diskFull(path: path) }
        guard fdatasync(descriptor) == 0 else { throw SystemFault.current(path) }
    }

    private func damaged(_ place: String) -> HistoryError {
        .damaged(file: path, place: place, help: "put the keys folder back from a backup of the same key")
    }
}
