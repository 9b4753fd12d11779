// swift-tools-version: 6.2
import PackageDescription

/// Every target is built in Swift 6 language mode, and a warning is a failure.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "wary",
    products: [
        .executable(name: "wary", targets: ["wary"]),
        .library(name: "WaryLanguage", targets: ["WaryLanguage"]),
        .library(name: "WaryHistory", targets: ["WaryHistory"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // C libraries of Debian's.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O2"])], linkerSettings: [.linkedLibrary("simdjson")]),

        // The modules, lowest first: a lower one never imports a higher one.
        .target(name: "WaryVocabulary", swiftSettings: strict),
        .target(name: "WaryLanguage",
                dependencies: ["WaryVocabulary", "CPCRE2", .product(name: "Crypto", package: "swift-crypto")],
                swiftSettings: strict),
        .target(name: "WaryHistory",
                dependencies: ["WaryVocabulary", "CLMDB", .product(name: "Crypto", package: "swift-crypto"),
                               .product(name: "Logging", package: "swift-log")],
                swiftSettings: strict),
        .target(name: "WarySignals",
                dependencies: ["WaryVocabulary", "WaryHistory", "CMaxMindDB", "CPCRE2",
                               .product(name: "Logging", package: "swift-log")],
                swiftSettings: strict),
        .target(name: "WarySimulation", dependencies: ["WaryVocabulary", "WarySignals"], swiftSettings: strict),
        .target(name: "WaryEngine",
                dependencies: ["WaryVocabulary", "WaryLanguage", "WaryHistory", "WarySignals",
                               .product(name: "Logging", package: "swift-log")],
                swiftSettings: strict),
        .target(name: "WaryAuth",
                dependencies: ["WaryVocabulary", "WaryHistory", "CArgon2", "CQREncode",
                               .product(name: "Crypto", package: "swift-crypto"),
                               .product(name: "CryptoExtras", package: "swift-crypto"),
                               .product(name: "JWTKit", package: "jwt-kit"),
                               .product(name: "X509", package: "swift-certificates"),
                               .product(name: "SwiftASN1", package: "swift-asn1"),
                               .product(name: "Mustache", package: "swift-mustache"),
                               .product(name: "Logging", package: "swift-log")],
                swiftSettings: strict),
        .target(name: "WaryServer",
                dependencies: ["WaryVocabulary", "WaryEngine", "WaryAuth", "CSimdJSON",
                               .product(name: "Logging", package: "swift-log"),
                               .product(name: "NIOCore", package: "swift-nio"),
                               .product(name: "NIOPosix", package: "swift-nio"),
                               .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                               .product(name: "TOMLKit", package: "TOMLKit")],
                swiftSettings: strict),
        .executableTarget(name: "wary",
                dependencies: ["WaryServer", "WaryEngine", "WarySimulation",
                               .product(name: "ArgumentParser", package: "swift-argument-parser")],
                swiftSettings: strict),

        .testTarget(name: "WaryVocabularyTests", dependencies: ["WaryVocabulary"], swiftSettings: strict),
        .testTarget(name: "WaryLanguageTests", dependencies: ["WaryLanguage"], exclude: ["Fixtures"], swiftSettings: strict),
        // The process that the history's fault tests kill.
        .executableTarget(name: "HistoryWriter", dependencies: ["WaryHistory"], path: "Tests/Faults/HistoryWriter", swiftSettings: strict),
        .testTarget(name: "WaryHistoryTests", dependencies: ["WaryHistory", "HistoryWriter"], swiftSettings: strict),
        .testTarget(name: "WarySignalsTests", dependencies: ["WarySignals"], swiftSettings: strict),
        .testTarget(name: "WarySimulationTests", dependencies: ["WarySimulation"], swiftSettings: strict),
        .testTarget(name: "WaryEngineTests", dependencies: ["WaryEngine"], swiftSettings: strict),
        .testTarget(name: "WaryAuthTests", dependencies: ["WaryAuth"], swiftSettings: strict),
        .testTarget(name: "WaryServerTests", dependencies: ["WaryServer"], swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["wary"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)
