import Foundation
import Testing
import WaryLanguage

/// Each code has a wrong example that yields it, a right one that yields nothing, the expected JSON, a page with both, and,
/// where a mend is mechanical, a fix that mends the wrong one.
@Suite struct DiagnosticCatalogue {
    static let folder = "Tests/WaryLanguageTests/Fixtures/diagnostics"

    /// What a wrong example cannot help showing as well.
    static let companions: [DiagnosticCode: Set<DiagnosticCode>] = [
        .never: [.constant], .unavoidable: [.always], .constant: [.never],
    ]
    /// Codes whose mend is mechanical.
    static let mended: Set<DiagnosticCode> = [
        .name, .unit, .country, .unknown, .network, .window, .evasion, .needlessUnknown, .onError, .staleAllow, .test,
    ]

    private static func example(_ code: DiagnosticCode, _ kind: String) throws -> (text: String, loaded: LoadedPolicy) {
        let text = try #require(Repository.text("\(folder)/\(code.rawValue)/\(kind).wary"), "\(code.rawValue) has no \(kind) example")
        return (text, load(text, code, kind))
    }

    private static func load(_ text: String, _ code: DiagnosticCode, _ kind: String) -> LoadedPolicy {
        var texts = ["policy.wary": text]
        let files = Repository.path("\(folder)/\(code.rawValue)/\(kind)-files")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: files)) ?? [] {
            texts[name] = try? String(contentsOfFile: "\(files)/\(name)", encoding: .utf8)
        }
        return PolicyLoader(sources: MemorySources(texts)).load("policy.wary")
    }

    @Test(arguments: DiagnosticCode.allCases)
    func wrong(code: DiagnosticCode) throws {
        let (_, loaded) = try Self.example(code, "bad")
        let codes = Set(loaded.diagnostics.map(\.code))
        let described = DiagnosticRenderer(files: loaded.files).short(loaded.diagnostics)
        #expect(codes.contains(code), "\(described)")
        #expect(codes.subtracting(Self.companions[code] ?? []) == [code], "\(described)")
        let json = DiagnosticRenderer(files: loaded.files).json(loaded.diagnostics)
        let path = Repository.path("\(Self.folder)/\(code.rawValue)/expected.json")
        if ProcessInfo.processInfo.environment["WARY_UPDATE_GOLDEN"] != nil { try json.write(toFile: path, atomically: true, encoding: .utf8) }
        #expect(Repository.text("\(Self.folder)/\(code.rawValue)/expected.json") == json)
    }

    @Test(arguments: DiagnosticCode.allCases)
    func right(code: DiagnosticCode) throws {
        let (_, loaded) = try Self.example(code, "good")
        #expect(loaded.diagnostics.isEmpty, "\(DiagnosticRenderer(files: loaded.files).short(loaded.diagnostics))")
        #expect(loaded.policy != nil)
    }

    @Test(arguments: DiagnosticCode.allCases)
    func page(code: DiagnosticCode) throws {
        let page = try #require(Repository.text("Docs/diagnostics/\(code.rawValue).md"))
        let bad = try Self.example(code, "bad").text, good = try Self.example(code, "good").text
        #expect(page.hasPrefix("# \(code.rawValue): "))
        #expect(page.contains("## Wrong\n\n```wary\n\(bad)```") && page.contains("## Right\n\n```wary\n\(good)```"),
                "the examples of the page are not those that are tested")
        #expect(Repository.text("Docs/diagnostics/README.md")?.contains("[\(code.rawValue)](\(code.rawValue).md)") == true)
    }

    @Test(arguments: mended)
    func fix(code: DiagnosticCode) throws {
        let (text, loaded) = try Self.example(code, "bad")
        let diagnostic = try #require(loaded.diagnostics.first { $0.code == code })
        let fix = try #require(diagnostic.fix, "\(code.rawValue) offers no fix")
        let utf8 = Array(text.utf8)
        let mended = String(decoding: utf8[..<fix.range.start] + Array(fix.text.utf8) + utf8[fix.range.end...], as: UTF8.self)
        let again = Self.load(mended, code, "bad")
        #expect(!again.diagnostics.contains { $0.code == code }, "\(mended)")
    }
}
