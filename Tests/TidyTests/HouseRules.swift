import Foundation
import Testing

/// The rules of the house that a machine can hold (Docs/architecture.md, "Invariants").
@Suite struct HouseRules {
    @Test func sourcesAreFound() {
        #expect(SourceTree.sources.count > 50)
    }

    /// Lowest first: a module may import those before it, never those after.
    static let order = ["WaryVocabulary", "WaryLanguage", "WaryHistory", "WarySignals", "WarySimulation", "WaryEngine", "WaryAuth",
                        "WaryEditor", "WaryServer", "wary"]

    @Test func lowerModulesNeverImportHigherOnes() {
        for file in SourceTree.sources {
            guard let own = Self.order.firstIndex(of: file.module) else { continue }
            for line in file.codeLines {
                let words = line.split(separator: " ").filter { !$0.hasPrefix("@") && $0 != "public" && $0 != "internal" }
                guard words.first == "import", let name = words.last, let other = Self.order.firstIndex(of: String(name))
                else { continue }
                #expect(other < own, "\(file.path) imports \(name), which stands higher")
            }
        }
    }

    /// C libraries come in at one place each.
    static let owners = ["CLMDB": ["WaryHistory"], "CMaxMindDB": ["WarySignals"], "CSimdJSON": ["WaryServer"], "CEpoll": ["WaryServer"], "CSeal": ["WaryHistory"],
                         "CPCRE2": ["WaryLanguage", "WarySignals"], "CArgon2": ["WaryAuth"], "CQREncode": ["WaryAuth"]]

    @Test func cLibrariesHaveOneOwner() {
        for file in SourceTree.sources {
            for (library, modules) in Self.owners where file.codeLines.contains("import \(library)") {
                #expect(modules.contains(file.module), "\(file.path) imports \(library)")
            }
        }
    }

    @Test func theLanguageReadsNoClock() {
        for file in SourceTree.sources where file.module == "WaryLanguage" {
            for word in ["Date()", "ContinuousClock", "clock_gettime", "DispatchTime", "import Dispatch"] {
                #expect(!file.code.contains(word), "\(file.path) uses \(word)")
            }
        }
    }

    /// Files over 400 lines; a list that only shrinks. None over 800.
    static let longFiles: Set<String> = []

    @Test func filesAreShort() {
        for file in SourceTree.sources + SourceTree.files(under: "Tests") where !file.path.contains("/Fixtures/") {
            let count = file.lines.count - 1
            #expect(count <= (Self.longFiles.contains(file.path) ? 800 : 400), "\(file.path) has \(count) lines")
        }
    }

    /// Functions over 70 lines; a list that only shrinks.
    static let longFunctions: Set<String> = []

    @Test func functionsAreShort() {
        for file in SourceTree.sources {
            for function in FunctionScanner.functions(in: file) where function.lines > 70 {
                #expect(Self.longFunctions.contains("\(file.path):\(function.name)"),
                        "\(file.path): \(function.name) has \(function.lines) lines")
            }
        }
    }

    @Test func nothingTraps() {
        let forced = /[\w\)\]]!(?![=\w])/
        for file in SourceTree.sources {
            for (number, line) in file.codeLines.enumerated() {
                for word in ["try!", " as! ", "fatalError(", "unsafeBitCast(", "preconditionFailure("] {
                    #expect(!line.contains(word), "\(file.path):\(number + 1) uses \(word)")
                }
                guard line.utf8.contains(UInt8(ascii: "!")) else { continue }
                #expect(line.firstMatch(of: forced) == nil, "\(file.path):\(number + 1) unwraps by force: \(line)")
            }
        }
    }

    @Test func uncheckedConcurrencyIsProved() {
        for file in SourceTree.sources {
            let lines = file.lines
            for (number, line) in file.codeLines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let before = lines[max(0, number - 5)...number]
                #expect(before.contains { $0.contains("SAFETY:") }, "\(file.path):\(number + 1) has no SAFETY sentence")
            }
        }
    }

    @Test func nothingIsUnfinishedAndNoMachinePathStands() {
        let machine = "/" + "work/"
        for file in SourceTree.sources + SourceTree.files(under: "Tests") where file.module != "TidyTests" {
            for (number, line) in file.lines.enumerated() {
                #expect(!line.contains("TODO") && !line.contains("FIXME"), "\(file.path):\(number + 1) is unfinished")
                #expect(!line.contains(machine), "\(file.path):\(number + 1) names a machine's path")
            }
        }
    }

    /// Each module that has limits keeps them in one file.
    @Test func limitsStandInOneFile() {
        let byModule = Dictionary(grouping: SourceTree.sources.filter { $0.path.hasSuffix("Limits.swift") }, by: \.module)
        for (module, files) in byModule {
            #expect(files.count == 1, "\(module) has \(files.map(\.path))")
        }
    }
}
