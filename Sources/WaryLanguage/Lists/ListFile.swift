import WaryVocabulary

/// A list file: one entry a line, `#` comments, blank lines skipped.
enum ListFile {
    struct BadLine: Error {
        /// 1-based.
        var line: Int
        /// Where the entry stands: UTF-8 offsets.
        var place = 0..<0
        var message: String
        /// What the line should be, where that is plain.
        var mend: String?
    }

    /// The entries with their lines; bad lines apart.
    static func entries(of text: String, type: ValueType, limit: Int) -> (entries: [(value: Datum, place: Range<Int>)], bad: [BadLine]) {
        var entries: [(value: Datum, place: Range<Int>)] = []
        var bad: [BadLine] = []
        var number = 0, offset = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            defer { offset += line.utf8.count + 1 }
            let content = trimmed(line.prefix { $0 != "#" })
            if content.isEmpty { continue }
            guard entries.count < limit else {
                bad.append(BadLine(line: number, place: offset..<offset, message: "a list has at most \(limit) entries"))
                break
            }
            let indent = line.utf8.prefix { $0 == 32 || $0 == 9 }.count
            let place = offset + indent..<offset + indent + content.utf8.count
            switch parse(content, type) {
            case .success(let datum): entries.append((datum, place))
            case .failure(var problem):
                problem.line = number
                problem.place = place
                bad.append(problem)
                if bad.count >= 20 { return (entries, bad) }
            }
        }
        return (entries, bad)
    }

    /// One entry; texts may stand in quotes.
    static func parse(_ text: String, _ type: ValueType) -> Result<Datum, BadLine> {
        func bad(_ message: String, mend: String? = nil) -> Result<Datum, BadLine> {
            .failure(BadLine(line: 0, message: message, mend: mend))
        }
        let bare = text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
        switch type {
        case .text: return .success(.text(bare))
        case .network:
            do throws(Network.ParseError) {
                return .success(.network(try Network(parsing: bare)))
            } catch {
                guard case .hostBitsSet(let intended) = error else { return bad("\(text) is no network") }
                return bad("\(text) has bits set beyond its prefix; did you mean \(intended)?", mend: intended.description)
            }
        case .ip: return IPAddress(bare).map { .success(.ip($0)) } ?? bad("\(text) is no address")
        case .asn:
            let digits = bare.hasPrefix("AS") || bare.hasPrefix("as") ? bare.dropFirst(2) : bare[...]
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let value = UInt32(digits) else {
                return bad("\(text) is no autonomous system: write AS64500")
            }
            return .success(.asn(value))
        case .country:
            if let country = Country(bare), country.description == bare { return .success(.country(country)) }
            let meant = Country(bare) ?? Country.intended(by: bare)
            return bad("\(text) is no ISO 3166 country code" + (meant.map { "; did you mean \($0)?" } ?? ""), mend: meant?.description)
        case .int: return Int64(bare).map { .success(.int($0)) } ?? bad("\(text) is no whole number")
        case .decimal:
            guard let value = Double(bare), value.isFinite else { return bad("\(text) is no number") }
            return .success(.decimal(value))
        case .weekday: return Weekday(name: bare).map { .success(.weekday($0)) } ?? bad("\(text) is no weekday")
        case .factor: return Factor(rawValue: bare).map { .success(.factor($0)) } ?? bad("\(text) is no factor")
        default: return bad("a list of \(type) cannot come from a file")
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var slice = text
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }
}
