import Foundation
import Testing
import WarySignals
import WaryVocabulary

/// Files that are broken, on purpose or by chance, are refused by name, and never end the process.
struct DamagedDatabaseTests {
    /// Files of the collection that are well formed enough to open; what they answer is up to the reader.
    static let opens: Set<String> = [
        "libmaxminddb-uint64-max-epoch.mmdb", "libmaxminddb-corrupt-search-tree.mmdb",
        "libmaxminddb-empty-array-last-in-metadata.mmdb", "libmaxminddb-empty-map-last-in-metadata.mmdb",
    ]

    @Test(.enabled(if: SharedData.isThere))
    func deliberatelyBrokenFiles() throws {
        let folder = SharedData.path("mmdb/bad-data")
        let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        let files = names.filter { $0.hasSuffix(".mmdb") }
        #expect(files.count == 21)
        for name in files {
            let path = folder + "/" + name
            let base = String(name.split(separator: "/").last ?? "")
            do {
                let file = try MaxMindFile(path: path)
                #expect(Self.opens.contains(base), "\(base) should have been refused")
                for text in ["1.2.3.4", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "ffff::"] {
                    if let address = IPAddress(text) { _ = try? file.record(for: address) }
                }
            } catch {
                #expect(error.path == path)
                #expect(error.description.contains(base))
            }
            // As part of a configuration it is refused in any case: damaged, or of no kind that is read.
            #expect(throws: PositionError.self) { try PositionDatabases(paths: [path]) }
        }
    }

    @Test(.enabled(if: SharedData.isThere), arguments: [
        "GeoIP2-City-Test-Broken-Double-Format", "GeoIP2-City-Test-Invalid-Node-Count",
        "MaxMind-DB-test-broken-pointers-24", "MaxMind-DB-test-broken-search-tree-24",
    ])
    func brokenTestFiles(name: String) {
        #expect(throws: PositionError.self) { try PositionDatabases(paths: [SharedData.path("mmdb/\(name).mmdb")]) }
    }

    @Test func absentEmptyAndForeignFiles() throws {
        let scratch = try Scratch()
        let empty = try scratch.write("", "empty.mmdb")
        let text = try scratch.write("this is no database", "text.mmdb")
        for path in [scratch.path + "/absent.mmdb", scratch.path, empty, text] {
            let error = #expect(throws: PositionError.self) { try PositionDatabases(paths: [path]) }
            #expect(error?.path == path)
            #expect(error?.description.contains(path) == true)
        }
    }

    /// A sound file with one byte changed, or cut short, hundreds of times over: an error or an answer, never a crash.
    @Test func filesDamagedByChance() throws {
        let scratch = try Scratch()
        let sound = try Fixture.city().bytes()
        let seed = UInt64.random(in: 0..<1 << 32)
        var generator = SplitMix(seed: seed)
        var refused = 0
        for round in 0..<300 {
            var bytes = sound
            if round % 10 == 0 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            let path = try scratch.write(bytes, "damaged.mmdb")
            do {
                let databases = try PositionDatabases(paths: [path])
                for text in ["198.51.100.7", "203.0.113.9", "192.0.2.1", "2001:db8::1", "8.8.8.8"] {
                    if let address = IPAddress(text) { _ = databases.look(up: address) }
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 30, "seed \(seed)")
    }
}
