import Crypto
import Foundation

/// Account keys in a flat file: slot after slot, each key wrapped under the installation's (RFC 3394). A flat file because
/// a key that is destroyed is overwritten where it stands; an LMDB page would keep it until it happens to be used again.
///
/// The file: a header of 64 bytes (magic, version, the folder's root key wrapped), then 40 bytes a slot, all zero where
/// none was allotted or it was destroyed. All other keys derive from the root, so that changing the installation's key
/// writes this one file anew and nothing else.
final class FileAccountKeys: AccountKeys {
    private static let magic = Array("WARYKEYS".utf8)
    private static let version: UInt8 = 1
    private static let headerBytes = 64
    private static let slotBytes = 40

    let path: String
    private let wrapping: SymmetricKey
    private let descriptor: Int32
    private var allotted: UInt32
    private var unwrapped: [UInt32: SymmetricKey] = [:]
    /// What identifiers, decision ids and profiles are keyed by.
    let root: InstallationKey

    init(folder: String, key: InstallationKey, isReadOnly: Bool) throws(HistoryError) {
        let path = "\(folder)/slots"
        self.path = path
        wrapping = key.derived("account keys")
        descriptor = open(path, (isReadOnly ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFault.current(path) }
        do throws(HistoryError) {
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else { throw SystemFault.current(path) }
            allotted = UInt32(max(0, Int(facts.st_size) - Self.headerBytes) / Self.slotBytes)
            if facts.st_size == 0, !isReadOnly {
                root = .random()
                try Self.write(try Self.header(root, wrapping), descriptor, at: 0, path)
            } else {
                root = try Self.root(Self.read(Self.headerBytes, descriptor, at: 0, path), wrapping, path)
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private static func header(_ root: InstallationKey, _ wrapping: SymmetricKey) throws(HistoryError) -> [UInt8] {
        guard let wrapped = try? AES.KeyWrap.wrap(root.secret, using: wrapping) else { throw .invalid("the root key could not be wrapped") }
        let header = magic + [version] + wrapped
        return header + [UInt8](repeating: 0, count: headerBytes - header.count)
    }

    private static func root(_ header: [UInt8], _ wrapping: SymmetricKey, _ path: String) throws(HistoryError) -> InstallationKey {
        guard Array(header.prefix(8)) == magic else { throw damaged(path, "its header") }
        guard header[8] == version else { throw .tooNew(path: path, format: Int(header[8]), known: Int(version)) }
        guard let secret = try? AES.KeyWrap.unwrap(header[9..<49], using: wrapping),
              let root = InstallationKey(bytes: secret.withUnsafeBytes { Array($0) })
        else { throw .wrongKey(path: path) }
        return root
    }

    /// Writes the file anew under another installation key: every account key wrapped again, the old file replaced at once.
    /// Nobody else may have the folder open.
    static func rotate(folder: String, from old: InstallationKey, to new: InstallationKey) throws(HistoryError) {
        let keys = try FileAccountKeys(folder: folder, key: old, isReadOnly: true)
        defer { keys.close() }
        let wrapping = new.derived("account keys")
        var bytes = try header(keys.root, wrapping)
        if keys.allotted > 0 {
            for slot in 1...keys.allotted {
                guard let key = try keys.keyIfHeld(slot) else {
                    bytes += [UInt8](repeating: 0, count: slotBytes)
                    continue
                }
                guard let wrapped = try? AES.KeyWrap.wrap(key, using: wrapping) else { throw .invalid("an account key could not be wrapped") }
                bytes += wrapped
            }
        }
        let fresh = keys.path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFault.current(fresh) }
        defer { Glibc.close(descriptor) }
        try write(bytes, descriptor, at: 0, fresh)
        guard rename(fresh, keys.path) == 0 else { throw SystemFault.current(keys.path) }
        try DataFolder.sync(folder)
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
        try Self.read(count, descriptor, at: offset, path)
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(HistoryError) {
        try Self.write(bytes, descriptor, at: offset, path)
    }

    private func damaged(_ place: String) -> HistoryError { Self.damaged(path, place) }

    private static func read(_ count: Int, _ descriptor: Int32, at offset: Int, _ path: String) throws(HistoryError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, off_t(offset))
        guard got >= 0 else { throw SystemFault.current(path) }
        guard got == count else { throw damaged(path, "byte \(offset + got)") }
        return bytes
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32, at offset: Int, _ path: String) throws(HistoryError) {
        let written = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        guard written >= 0 else { throw SystemFault.current(path) }
        guard written == bytes.count else { throw .diskFull(path: path) }
        guard fdatasync(descriptor) == 0 else { throw SystemFault.current(path) }
    }

    private static func damaged(_ path: String, _ place: String) -> HistoryError {
        .damaged(file: path, place: place, help: "put the keys folder back from a copy of it")
    }
}
