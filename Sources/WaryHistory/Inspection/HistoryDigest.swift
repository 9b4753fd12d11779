import Crypto
import WaryVocabulary

extension History {
    /// A SHA-256, in hexadecimal, over all that the profiles hold: two histories with the same digest answer alike. What
    /// was rebuilt from the journal has the digest of what grew with it.
    public func digest() throws(HistoryError) -> String {
        try becomeReady()
        var texts: [UInt16: String] = [:]
        for (text, slot) in applier.plan.numbers { texts[slot] = text }
        var found: [(ProfileKey, [UInt8])] = []
        for (key, profile) in try allProfiles() {
            let bytes = Self.canonical(profile, texts)
            if !bytes.isEmpty { found.append((key, bytes)) }
        }
        var digest = SHA256()
        for (key, bytes) in found.sorted(by: { $0.0 < $1.0 }) {
            digest.update(data: key.bytes)
            digest.update(data: bytes)
        }
        return Self.hex(digest.finalize())
    }

    private func allProfiles() throws(HistoryError) -> [(ProfileKey, Profile)] {
        var all: [(ProfileKey, Profile)] = profiles.entries.map { ($0.key, $0.profile) }
        if let disk = writeBehind?.disk {
            try disk.store.scan(.profiles, from: []) { bytes, value throws(HistoryError) in
                guard let key = ProfileKey(bytes: bytes), profiles.peek(key) == nil else { return true }
                guard var profile = disk.open(value, key) else { throw MapFile.damaged(disk.store.path, "a profile") }
                profile.keep { $0 < ReservedSlot.firstAggregate || disk.keptSlots.contains($0) }
                all.append((key, profile))
                return true
            }
        }
        return all
    }

    /// The sections by name, without the mark: how far a profile is applied is not what it says.
    private static func canonical(_ profile: Profile, _ texts: [UInt16: String]) -> [UInt8] {
        let named = profile.slots.compactMap { slot in
            (slot < ReservedSlot.firstAggregate ? "\(slot)" : texts[slot]).map { ($0, slot) }
        }
        var writer = ByteWriter()
        for (name, slot) in named.sorted(by: { $0.0 < $1.0 }) {
            writer.text(name)
            for word in profile.section(slot).payload { writer.fixed(word) }
        }
        return writer.bytes
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
