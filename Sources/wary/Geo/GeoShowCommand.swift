import ArgumentParser
import Foundation
import WaryEngine
import WaryServer
import WarySignals
import WaryVocabulary

/// `wary geo ADDRESS…`: every signal that comes from an address alone, and for each that is unknown, why.
struct GeoShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What the databases and lists say of addresses.")

    @Argument(help: ArgumentHelp("IPv4 or IPv6 addresses.", valueName: "address"))
    var addresses: [String]

    @OptionGroup var signals: SignalOptions

    @Option(name: .long, help: ArgumentHelp("A server's configuration, for the databases that no flag names; WARY_CONFIG where not given.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: "human or json.")
    var format = OutputFormat.human

    func run() throws {
        let found = try addresses.map { text in
            guard let address = IPAddress(text) else {
                throw ValidationError("\"\(text)\" is no address: one IPv4 or IPv6 address, without a port or a zone")
            }
            return address
        }
        let databases = try open()
        for (index, address) in found.enumerated() {
            let readings = Self.readings(of: address, databases.look(up: address, at: WallClock.now()))
            if format == .json { Self.printObject(address, readings) } else {
                if index > 0 { print() }
                Self.printTable(address, readings)
            }
        }
        if format == .human, databases.sources.isEmpty {
            complain("wary: no database is loaded; name some with --positions, or see wary geo build --help")
        }
    }

    private func open() throws -> PositionDatabases {
        try signals.loadPositions(DataOptions(config: config).settings()) ?? .none
    }

    static let shown: [SignalID] = [
        .ipPrivate, .geoCountry, .geoRegion, .geoCity, .geoPoint, .geoAccuracy, .networkASN, .networkName, .networkAnonymous,
        .networkHosting, .networkVPN, .networkProxy, .networkTor,
    ]

    private static func readings(of address: IPAddress, _ whereabouts: Whereabouts) -> [(name: String, reading: Reading)] {
        var context = SignalContext(event: EventFields(account: "", ip: address), whereabouts: whereabouts, baseline: nil,
                                    now: WallClock.now())
        var readings: [(name: String, reading: Reading)] = [
            ("host", .known(.text("\(address.host)"))), ("subnet", .known(.text("\(address.subnet)"))),
        ]
        for id in shown { readings.append((id.rawValue, context.read(id))) }
        let zone = whereabouts.position.timeZone
        readings.append(("time zone", zone.map { .known(.text($0)) } ?? .unknown(whereabouts.missingPosition ?? .notInDatabase)))
        return readings
    }

    private static func printTable(_ address: IPAddress, _ readings: [(name: String, reading: Reading)]) {
        print(Terminal.output.paint("\(address)", .bold))
        var table = Table([.left(""), .left("")])
        for (name, reading) in readings {
            switch reading {
            case .known(let datum): table.add(Table.Cell(name), Table.Cell(datum.text))
            case .unknown(let reason): table.add(Table.Cell(name), Table.Cell("unknown: \(reason.text)", .dim))
            case .unavailable: continue
            }
        }
        print(table.text(indent: 2))
    }

    private static func printObject(_ address: IPAddress, _ readings: [(name: String, reading: Reading)]) {
        printJSON { writer in
            writer.object { writer in
                writer.member("address", "\(address)")
                for (name, reading) in readings {
                    guard case .known(let datum) = reading else { continue }
                    writer.key(name)
                    switch datum {
                    case .bool(let flag): writer.bool(flag)
                    case .distance(let metres): writer.decimal(metres)
                    default: writer.text(datum.text)
                    }
                }
                writer.key("missing")
                writer.object { writer in
                    for case (let name, .unknown(let reason)) in readings { writer.member(name, reason.rawValue) }
                }
            }
        }
    }
}

extension Datum {
    /// As a person reads it, of the few types that addresses give.
    fileprivate var text: String {
        switch self {
        case .bool(let flag): flag ? "yes" : "no"
        case .text(let text): text
        case .country(let country): "\(country)"
        case .asn(let number): "AS\(number)"
        case .distance(let metres): "\(Int((metres / 1000).rounded())) km"
        case .point(let point): "\(point)"
        default: ""
        }
    }
}
