import Foundation
import Testing
@testable import WaryServer

@Suite struct FileWatchTests {
    @Test func aChangeCountsOnceItHasComeToRest() {
        var detector = ChangeDetector(Character("a"))
        var acted = ""
        for look in "abcccdccee" { acted += detector.hasChanged(look) ? "!" : "." }
        #expect(acted == "...!.....!")
    }

    @Test func fingerprintsSeeWhatChangesAFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-watch-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("sub/a.wary")
        func look() -> FileFingerprint { FileFingerprint(of: [folder.path, "/nonexistent/path"]) }
        let empty = look()
        try "one".write(to: file, atomically: false, encoding: .utf8)
        let added = look()
        #expect(added != empty)
        #expect(added == look())
        try "longer".write(to: file, atomically: false, encoding: .utf8)
        let grown = look()
        #expect(grown != added)
        try "LONGER".write(to: file, atomically: true, encoding: .utf8)
        #expect(look() != grown)
        try FileManager.default.removeItem(at: file)
        #expect(look() == empty)
    }
}
