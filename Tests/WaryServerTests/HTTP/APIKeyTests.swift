import Foundation
import Testing
@testable import WaryServer

@Suite struct APIKeyTests {
    @Test func aKeyIsKnownByItsHashAlone() {
        let (key, hash) = APIKey.make(name: "shop")
        let other = APIKey.make(name: "shop").key
        #expect(key.hasPrefix("wary_shop_"))
        #expect(key != other)
        let keys = APIKeys([APIKey(name: "shop", hashes: [Array(APIKey.hash(of: key))], scopes: [.decide])])
        #expect(keys.holder(of: key)?.name == "shop")
        #expect(keys.holder(of: other) == nil)
        #expect(keys.holder(of: key + "x") == nil)
        #expect(keys.holder(of: String(key.dropLast())) == nil)
        #expect(keys.holder(of: key.replacing("shop", with: "shoq")) == nil)
        #expect(keys.holder(of: "") == nil)
        #expect(keys.holder(of: hash) == nil)
    }

    @Test func twoAreValidWhileTheyAreExchanged() throws {
        let old = APIKey.make(name: "a"), new = APIKey.make(name: "a")
        let keys = try APIKeyFile.parse("[a]\nhash = [\"\(old.hash)\", \"\(new.hash)\"]\nscopes = [\"decide\"]", path: "k")
        #expect(keys.holder(of: old.key) != nil)
        #expect(keys.holder(of: new.key) != nil)
        #expect(throws: APIKeyFile.Failure.self) {
            try APIKeyFile.parse("[a]\nhash = [\"\(old.hash)\", \"\(new.hash)\", \"\(old.hash)\"]\nscopes = [\"decide\"]", path: "k")
        }
    }

    @Test(arguments: [
        ("", "no key"), ("a = 1", "should be a table"), ("[A]\nhash=\"x\"", "names are small letters"),
        ("[a]\nhash = \"sha256:00\"\nscopes = [\"decide\"]", "64 hexadecimal digits"),
        ("[a]\nhash = \"sha256:\(String(repeating: "0g", count: 32))\"\nscopes = [\"decide\"]", "64 hexadecimal digits"),
        ("[a]\nhash = \"sha256:\(String(repeating: "00", count: 32))\"\nscopes = [\"decid\"]", "did you mean \"decide\""),
        ("[a]\nhash = \"sha256:\(String(repeating: "00", count: 32))\"\nscopes = []", "\"scopes\" should name"),
        ("[a]\nhash = \"sha256:\(String(repeating: "00", count: 32))\"\nscope = [\"decide\"]", "did you mean \"scopes\""),
        ("[a\n", "line 1"),
    ])
    func mistakesInTheFileAreExplained(_ text: String, _ said: String) {
        do {
            _ = try APIKeyFile.parse(text, path: "keys.toml")
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.description.hasPrefix("keys.toml: "))
            #expect(error.message.contains(said), "\(error)")
        }
    }

    @Test func aFileThatOthersMayWriteIsRefused() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-keys-\(UInt32.random(in: 0...UInt32.max))").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "[a]\nhash = \"\(APIKey.make(name: "a").hash)\"\nscopes = [\"metrics\"]".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(try !APIKeyFile.load(path).isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
        #expect(throws: APIKeyFile.Failure.self) { try APIKeyFile.load(path) }
    }

    @Test func comparingLooksAtEveryByte() {
        #expect(APIKeys.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!APIKeys.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!APIKeys.areEqual([1, 2, 3], [1, 2]))
    }
}

@Suite struct HTTPOverTCPTests {
    @Test func keysOpenWhatTheirScopesName() async throws {
        let shop = APIKey.make(name: "shop"), tenant = APIKey.make(name: "tenant")
        let keys = APIKeys([
            APIKey(name: "shop", hashes: [APIKey.hash(of: shop.key)], scopes: [.decide, .report]),
            APIKey(name: "tenant", hashes: [APIKey.hash(of: tenant.key)], scopes: [.decide, .events], tenants: ["eu"]),
        ])
        try await HTTPFixture.with(tcp: true, configure: { $0.keys = { keys } }) { http async throws in
            let none = try await http.client.send("POST", "/v1/decisions", HTTPFixture.attempt)
            #expect(none.status == 401)
            #expect(none.headers["www-authenticate"] == "Bearer realm=\"wary\"")
            #expect(http.backend.asked.withLock { $0.isEmpty })
            func send(_ key: String, _ path: String, _ body: String, method: String = "POST") async throws -> Int {
                try await http.client.send(method, path, body, headers: ["Authorization": "Bearer \(key)"]).status
            }
            #expect(try await send(shop.key, "/v1/decisions", HTTPFixture.attempt) == 200)
            #expect(try await send(shop.key, "/v1/policies/reload", "{}") == 403)
            #expect(try await send(shop.key + "x", "/v1/decisions", HTTPFixture.attempt) == 401)
            #expect(try await send(tenant.key, "/v1/decisions", HTTPFixture.attempt) == 403)
            #expect(try await send(tenant.key, "/v1/decisions", #"{"account":"a","ip":"192.0.2.1","tenant":"us"}"#) == 403)
            #expect(try await send(tenant.key, "/v1/decisions", #"{"account":"a","ip":"192.0.2.1","tenant":"eu"}"#) == 200)
            #expect(try await send(tenant.key, "/v1/events", #"{"event":"password.changed","account":"a"}"#) == 403)
            #expect(try await http.client.send("GET", "/healthz").status == 200)
            #expect(try await http.client.send("GET", "/readyz").status == 200)
            #expect(try await http.client.send("GET", "/openapi.json").status == 200)
            #expect(try await http.client.send("GET", "/metrics").status == 401)
        }
    }

    @Test func keysAreExchangedWithTheirFile() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("wary-keys-\(UInt32.random(in: 0...UInt32.max))")
        defer { try? FileManager.default.removeItem(at: file) }
        func write(_ text: String) throws {
            try Data(text.utf8).write(to: file)
            chmod(file.path, 0o600)
        }
        let old = APIKey.make(name: "old"), new = APIKey.make(name: "new")
        try write("[old]\nhash = \"\(old.hash)\"\nscopes = [\"decide\"]\n")
        let ring = try KeyRing(file.path)
        #expect(ring.current.holder(of: old.key)?.name == "old")
        try write("[new]\nhash = \"\(new.hash)\"\nscopes = [\"erase\"]\n")
        try ring.reload()
        #expect(ring.current.holder(of: old.key) == nil)
        #expect(ring.current.holder(of: new.key)?.scopes == [.erase])
        try write("[new")
        #expect(throws: APIKeyFile.Failure.self) { try ring.reload() }
        #expect(ring.current.holder(of: new.key)?.name == "new")
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1"])
    func clearTextIsRefusedOffLoopback(_ host: String) throws {
        do {
            _ = try HTTPListener(.tcp(host: host, port: 0, tls: nil))
            Issue.record("listens on \(host) in clear text")
        } catch let error as HTTPListenFailure {
            #expect(error.message.contains("clear text is refused"))
        }
    }

    @Test func addressesAreRead() throws {
        #expect(try HTTPSetup.address("127.0.0.1:80").map { "\($0.host) \($0.port)" } == "127.0.0.1 80")
        #expect(try HTTPSetup.address("[::1]:8443").map { "\($0.host) \($0.port)" } == "::1 8443")
        for wrong in ["", "80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"] {
            #expect(throws: HTTPListenFailure.self) { try HTTPSetup.address(wrong) }
        }
    }

    /// Needs openssl for a certificate and curl to speak TLS.
    @Test func tlsIsSpoken() async throws {
        guard let openssl = Repository.program("openssl"), let curl = Repository.program("curl") else { return }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-tls-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appendingPathComponent("cert.pem").path, key = folder.appendingPathComponent("key.pem").path
        let made = try Repository.run(openssl, [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ])
        try #require(made.status == 0, "\(made.output)")
        let tls = TLSFiles(certificates: certificate, key: key)
        try await HTTPFixture.with(tcp: true, configure: { $0.address = .tcp(host: "127.0.0.1", port: 0, tls: tls) }) { http async throws in
            let url = "https://localhost:\(try #require(http.server.port))/healthz"
            let good = try await HTTPClient.onThread { try Repository.run(curl, ["-sS", "--cacert", certificate, url]) }
            #expect(good.status == 0 && good.output.contains("ok"), "\(good.output)")
            let clear = try await http.client.exchange([Array("GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n".utf8)], closesOutput: true)
            #expect(!String(decoding: clear, as: UTF8.self).contains("200"))
            // A changed certificate counts for those who come from now on; a broken one for nobody.
            let renewed = try Repository.run(openssl, [
                "req", "-x509", "-key", key, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", certificate,
            ])
            try #require(renewed.status == 0, "\(renewed.output)")
            let before = try await HTTPClient.onThread { try Repository.run(curl, ["-sS", "--cacert", certificate, url]) }
            #expect(before.status != 0, "the old certificate is still shown")
            try http.server.reloadTLS()
            let after = try await HTTPClient.onThread { try Repository.run(curl, ["-sS", "--cacert", certificate, url]) }
            #expect(after.status == 0, "\(after.output)")
            try Data("nothing".utf8).write(to: folder.appendingPathComponent("key.pem"))
            #expect(throws: TLSFiles.Failure.self) { try http.server.reloadTLS() }
            let still = try await HTTPClient.onThread { try Repository.run(curl, ["-sS", "--cacert", certificate, url]) }
            #expect(still.status == 0, "\(still.output)")
            let old = try await HTTPClient.onThread { try Repository.run(curl, ["-sS", "--tls-max", "1.1", "--cacert", certificate, url]) }
            #expect(old.status != 0)
        }
        #expect(throws: TLSFiles.Failure.self) { try TLSFiles(certificates: key, key: key).context() }
        #expect(throws: TLSFiles.Failure.self) { try TLSFiles(certificates: certificate, key: "/nonexistent").context() }
    }
}
