import Foundation
import WaryVocabulary

/// A table of address ranges as `wary geo build` reads it: CSV with a heading.
///
/// Columns, in any order: `network` (CIDR or one address), or `first` and `last`; and any of `country`, `region`, `city`,
/// `latitude`, `longitude`, `accuracy_km`, `time_zone`, `asn`, `as_name`, `anonymous`, `hosting`, `vpn`, `proxy`, `tor`
/// (`true`, `false` or empty).
public struct RangeTable: Sendable {
    /// Why a table cannot be used: the line, counted from 1, and what to mend.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        public let line: Int
        public let message: String
        public var description: String { "line \(line): \(message)" }
    }

    public private(set) var rows: [(network: Network, record: DatabaseValue)] = []

    static let columns = ["network", "first", "last", "country", "region", "city", "latitude", "longitude", "accuracy_km",
                          "time_zone", "asn", "as_name", "anonymous", "hosting", "vpn", "proxy", "tor"]

    public init(csv text: String) throws(Failure) {
        var heading: [String]?
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { continue }
            guard let cells = Self.cells(line) else { throw Failure(line: number, message: "a quote that is not closed") }
            guard let names = heading else {
                heading = try Self.heading(cells, line: number)
                continue
            }
            guard cells.count <= names.count else {
                throw Failure(line: number, message: "\(cells.count) cells under \(names.count) columns")
            }
            var row = Row(line: number, values: [:])
            for (name, cell) in zip(names, cells) where !cell.isEmpty { row.values[name] = cell }
            let record = try row.record()
            for network in try row.networks() { rows.append((network, record)) }
        }
        if heading == nil { throw Failure(line: max(1, number), message: "no heading; the first line names the columns") }
    }

    private static func heading(_ cells: [String], line: Int) throws(Failure) -> [String] {
        let names = cells.map { $0.lowercased() }
        for name in names where !columns.contains(name) {
            throw Failure(line: line, message: "no column is called \"\(name)\"; there are \(columns.joined(separator: ", "))")
        }
        guard names.contains("network") || (names.contains("first") && names.contains("last")) else {
            throw Failure(line: line, message: "a column network is needed, or first and last")
        }
        return names
    }

    /// A line's cells (RFC 4180, without line breaks inside a cell), trimmed; nil where a quote is left open.
    private static func cells(_ line: Substring) -> [String]? {
        var cells: [String] = [], cell = "", isQuoted = false, wasQuote = false
        for character in line {
            if isQuoted {
                if character == "\"" { isQuoted = false; wasQuote = true } else { cell.append(character) }
            } else if character == "\"" {
                if wasQuote { cell.append("\"") }
                isQuoted = true
                wasQuote = false
            } else if character == "," {
                cells.append(cell.trimmingCharacters(in: .whitespaces))
                cell = ""
                wasQuote = false
            } else {
                cell.append(character)
                wasQuote = false
            }
        }
        cells.append(cell.trimmingCharacters(in: .whitespaces))
        return isQuoted ? nil : cells
    }
}

/// One line of the table by column.
private struct Row {
    let line: Int
    var values: [String: String]

    func failure(_ message: String) -> RangeTable.Failure { RangeTable.Failure(line: line, message: message) }

    func networks() throws(RangeTable.Failure) -> [Network] {
        if let text = values["network"] {
            do {
                return [try Network(parsing: text)]
            } catch .hostBitsSet(let intended) {
                throw failure("\"\(text)\" has host bits set; write \(intended)")
            } catch {
                throw failure("\"\(text)\" is no network; write one such as 198.51.100.0/24")
            }
        }
        guard let first = values["first"].flatMap({ IPAddress($0) }), let last = values["last"].flatMap({ IPAddress($0) }) else {
            throw failure("first and last must be addresses")
        }
        guard first <= last, first.isV4 == last.isV4 else { throw failure("first must not lie behind last, nor be of another family") }
        return Network.covering(first: first, last: last)
    }

    func record() throws(RangeTable.Failure) -> DatabaseValue {
        var record: [(key: String, value: DatabaseValue)] = []
        if let text = values["asn"] {
            guard let asn = UInt32(text.uppercased().hasPrefix("AS") ? String(text.dropFirst(2)) : text) else {
                throw failure("\"\(text)\" is no AS number; write 64500 or AS64500")
            }
            record.append(("autonomous_system_number", .uint32(asn)))
        }
        if let name = values["as_name"] { record.append(("autonomous_system_organization", .text(name))) }
        if let city = values["city"] { record.append(("city", .map([("names", .map([("en", .text(city))]))]))) }
        if let text = values["country"] {
            guard let country = Country(text) else {
                let hint = Country.intended(by: text).map { "; did you mean \($0)?" } ?? ""
                throw failure("\"\(text)\" is no ISO 3166 country code\(hint)")
            }
            record.append(("country", .map([("iso_code", .text(country.description))])))
        }
        for (column, key) in [("anonymous", "is_anonymous"), ("hosting", "is_hosting_provider"), ("vpn", "is_anonymous_vpn"),
                              ("proxy", "is_public_proxy"), ("tor", "is_tor_exit_node")] {
            if let flag = try flag(column) { record.append((key, .bool(flag))) }
        }
        let location = try location()
        if !location.isEmpty { record.append(("location", .map(location))) }
        if let region = values["region"] { record.append(("subdivisions", .array([.map([("iso_code", .text(region))])]))) }
        return .map(record)
    }

    private func location() throws(RangeTable.Failure) -> [(key: String, value: DatabaseValue)] {
        var location: [(key: String, value: DatabaseValue)] = []
        if let text = values["accuracy_km"] {
            guard let radius = UInt16(text) else { throw failure("accuracy_km must be a whole number of kilometres, 0…65535") }
            location.append(("accuracy_radius", .uint16(radius)))
        }
        if values["latitude"] != nil || values["longitude"] != nil {
            guard let latitude = values["latitude"].flatMap(Double.init), let longitude = values["longitude"].flatMap(Double.init),
                  let point = GeoPoint(latitude: latitude, longitude: longitude)
            else { throw failure("latitude must lie in -90…90 and longitude in -180…180, both given") }
            location.append(("latitude", .double(point.latitude)))
            location.append(("longitude", .double(point.longitude)))
        }
        if let zone = values["time_zone"] {
            guard TimeZones.contains(zone) else { throw failure("\"\(zone)\" is no time zone; write one such as Europe/Paris") }
            location.append(("time_zone", .text(zone)))
        }
        return location
    }

    private func flag(_ column: String) throws(RangeTable.Failure) -> Bool? {
        switch values[column]?.lowercased() {
        case nil: return nil
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        case .some(let text): throw failure("\(column) must be true or false, not \"\(text)\"")
        }
    }
}

extension Network {
    /// The fewest networks that together are exactly the range.
    static func covering(first: IPAddress, last: IPAddress) -> [Network] {
        var networks: [Network] = []
        var next = first
        let longest = first.isV4 ? 32 : 128
        while true {
            var length = longest
            while length > 0 {
                let wider = Network(next, length: length - 1)
                guard wider.address == next, wider.lastAddress <= last else { break }
                length -= 1
            }
            let network = Network(next, length: length)
            networks.append(network)
            let end = network.lastAddress
            if end >= last { return networks }
            let (low, carry) = end.low.addingReportingOverflow(1)
            next = IPAddress(high: carry ? end.high + 1 : end.high, low: low)
        }
    }
}
