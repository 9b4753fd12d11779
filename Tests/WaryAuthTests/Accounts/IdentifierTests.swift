import Testing
@testable import WaryAuth
import WaryVocabulary

@Suite struct IdentifierTests {
    @Test(arguments: [
        (Identifier.Kind.email, "Anna@Example.ORG", "anna@example.org"), (.email, "a.b+tag@xn--bcher-kva.example", "a.b+tag@xn--bcher-kva.example"),
        (.phone, "+33 6 12-34.56 (78)", "+33612345678"), (.name, "Zoë.K", "zoë.k"), (.name, "ＦＵＬＬ", "full"), (.name, "Ada_99", "ada_99"),
    ])
    func isComparedInOneForm(_ kind: Identifier.Kind, _ text: String, _ canonical: String) throws {
        #expect(try Identifier(kind, text).canonical == canonical)
        #expect(try Identifier(guessing: text).kind == kind)
    }

    @Test(arguments: [
        (Identifier.Kind.email, "a@b@c"), (.email, "@b.c"), (.email, "a@"), (.email, "a b@c.d"), (.email, "a@c..d"), (.email, "a@-c.d"),
        (.email, "a\r\nBcc: x@c.d"), (.email, "a@c.d\n"), (.email, ".a@c.d"), (.email, "a..b@c.d"), (.email, "<a@c.d>"), (.email, "a\u{200b}@c.d"),
        (.phone, "0612345678"), (.phone, "+0123456789"), (.phone, "+33"), (.phone, "+33٦١٢٣٤٥٦٧٨"), (.name, ""), (.name, "a b"), (.name, "..."), (.name, "a\u{202e}b"),
    ])
    func refuses(_ kind: Identifier.Kind, _ text: String) {
        #expect(throws: AuthError.self) { try Identifier(kind, text) }
    }

    @Test func anIdentifierBelongsToOneAccountOfATenant() throws {
        let vault = Vault(store: MemoryStore(), keys: .ephemeral(), limits: .standard), book = AccountBook(limits: .standard)
        let anna = try Identifier(.email, "anna@example.org")
        try vault.write { records throws(AuthError) in try book.open(account("1", "main", anna), in: records) }
        #expect(throws: AuthError.conflict("the identifier is taken")) {
            try vault.write { records throws(AuthError) in try book.open(account("2", "main", try Identifier(.email, "ANNA@example.org")), in: records) }
        }
        try vault.write { records throws(AuthError) in try book.open(account("3", "other", anna), in: records) }
        #expect(try vault.read { records throws(AuthError) in try book.account(named: anna, tenant: "main", in: records)?.id } == "1")
        #expect(try vault.read { records throws(AuthError) in try book.account(named: anna, tenant: "other", in: records)?.id } == "3")
        #expect(try vault.find(Account.self, "2") == nil)
    }

    @Test func theLastIdentifierStays() throws {
        let vault = Vault(store: MemoryStore(), keys: .ephemeral(), limits: .standard), book = AccountBook(limits: .standard)
        var anna = account("1", "main", try Identifier(.name, "anna"))
        try vault.write { records throws(AuthError) in
            try book.open(anna, in: records)
            try book.add(try Identifier(.phone, "+33612345678"), verifiedAt: Instant(milliseconds: 5), to: &anna, in: records)
            try book.remove(try Identifier(.name, "anna"), from: &anna, in: records)
        }
        #expect(anna.phone?.canonical == "+33612345678")
        #expect(throws: AuthError.self) {
            try vault.write { records throws(AuthError) in try book.remove(try Identifier(.phone, "+33612345678"), from: &anna, in: records) }
        }
    }

    @Test func aProfileHasNamespacesAndABound() throws {
        let vault = Vault(store: MemoryStore(), keys: .ephemeral(), limits: .standard), book = AccountBook(limits: .standard)
        var anna = account("1", "main", try Identifier(.name, "anna"))
        try vault.write { records throws(AuthError) in try book.setProfile(.object(["theme": .text("dark")]), namespace: "shop", of: &anna, in: records) }
        #expect(try vault.find(Account.self, "1")?.profile["shop"]?["theme"]?.text == "dark")
        #expect(throws: AuthError.self) {
            try vault.write { records throws(AuthError) in try book.setProfile(.text(String(repeating: "x", count: 20_000)), namespace: "shop", of: &anna, in: records) }
        }
        #expect(throws: AuthError.self) {
            try vault.write { records throws(AuthError) in try book.setProfile(.null, namespace: "a/b", of: &anna, in: records) }
        }
    }

    private func account(_ id: String, _ tenant: String, _ identifier: Identifier) -> Account {
        Account(id: id, tenant: tenant, state: .active, createdAt: Instant(milliseconds: 0), identifiers: [.init(identifier: identifier)],
                profile: [:], language: "en", mustProveFactor: false, password: nil)
    }
}
