import Foundation
import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct VaultTests {
    struct Note: StoredRecord, Equatable {
        var owner: String
        var id: String
        var text: String
        var ends: Instant?
        static var table: Table { .device }
        var key: [String] { [owner, id] }
    }

    let store = MemoryStore()
    let vault: Vault

    init() { vault = Vault(store: store, keys: .ephemeral(), limits: .standard) }

    @Test func keepsFindsListsAndRemoves() throws {
        let notes = (0..<5).map { Note(owner: $0 < 3 ? "anna" : "bert", id: "\($0)", text: "text \($0)", ends: nil) }
        try vault.write { records throws(AuthError) in for note in notes { try records.put(note) } }
        #expect(try vault.find(Note.self, "anna", "1") == notes[1])
        #expect(try vault.find(Note.self, "anna", "4") == nil)
        #expect(Set(try vault.all(Note.self, under: "anna").map(\.id)) == ["0", "1", "2"])
        try vault.write { records throws(AuthError) in try records.remove(notes[1]) }
        #expect(try vault.find(Note.self, "anna", "1") == nil)
    }

    @Test func whatThrowsChangesNothing() throws {
        let first = Note(owner: "anna", id: "1", text: "first", ends: nil)
        try vault.write { records throws(AuthError) in try records.put(first) }
        let before = store.contents
        #expect(throws: AuthError.denied) {
            try vault.write { records throws(AuthError) in
                try records.put(Note(owner: "anna", id: "1", text: "second", ends: nil))
                try records.put(Note(owner: "anna", id: "2", text: "new", ends: nil))
                try records.remove(first)
                throw AuthError.denied
            }
        }
        #expect(store.contents == before)
    }

    @Test func nothingIsReadableAtRest() throws {
        let note = Note(owner: "anna@example.org", id: "secret-id", text: "very private", ends: nil)
        try vault.write { records throws(AuthError) in try records.put(note) }
        for (key, value) in store.contents {
            for word in ["anna", "example", "secret", "private", "owner"] {
                #expect(Data(key + value).range(of: Data(word.utf8)) == nil)
            }
        }
    }

    @Test func aRecordPutInAnothersPlaceIsDamaged() throws {
        let notes = ["1", "2"].map { Note(owner: "anna", id: $0, text: $0, ends: nil) }
        try vault.write { records throws(AuthError) in for note in notes { try records.put(note) } }
        let entries = Array(store.contents)
        try store.write { writer throws(AuthError) in
            try writer.put(entries[0].value, at: entries[1].key)
            try writer.put(entries[1].value, at: entries[0].key)
        }
        #expect(throws: AuthError.damaged("device")) { try vault.all(Note.self, under: "anna") }
    }

    @Test func sweepsWhatIsOverAndKeepsWhatWasProlonged() throws {
        let short = Note(owner: "anna", id: "1", text: "", ends: Instant(milliseconds: 100))
        var long = Note(owner: "anna", id: "2", text: "", ends: Instant(milliseconds: 100))
        try vault.write { records throws(AuthError) in
            try records.put(short)
            try records.put(long)
            long.ends = Instant(milliseconds: 500)
            try records.put(long)
        }
        #expect(try vault.sweep(at: Instant(milliseconds: 99)) == 0)
        _ = try vault.sweep(at: Instant(milliseconds: 100))
        #expect(try vault.all(Note.self, under: "anna") == [long])
        _ = try vault.sweep(at: Instant(milliseconds: 500))
        #expect(store.contents.isEmpty)
    }

    @Test func anotherKeyFindsNothing() throws {
        let note = Note(owner: "anna", id: "1", text: "", ends: nil)
        try vault.write { records throws(AuthError) in try records.put(note) }
        #expect(try Vault(store: store, keys: .ephemeral(), limits: .standard).find(Note.self, "anna", "1") == nil)
    }

    @Test func keysFollowFromTheSecretAlone() {
        let secret = [UInt8](repeating: 7, count: 32)
        #expect(AuthKeys(secret: secret)?.code(.tokens, "a") == AuthKeys(secret: secret)?.code(.tokens, "a"))
        #expect(AuthKeys(secret: secret)?.code(.tokens, "a") != AuthKeys(secret: secret)?.code(.strangers, "a"))
        #expect(AuthKeys(secret: secret)?.code(.tokens, "ab", "c") != AuthKeys(secret: secret)?.code(.tokens, "a", "bc"))
        #expect(AuthKeys(secret: Array(secret.dropLast())) == nil)
    }
}
