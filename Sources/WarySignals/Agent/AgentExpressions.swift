import Foundation

/// Why a file of user-agent expressions cannot be used.
public enum AgentError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String)
    /// A line that is not of the file's form, or an expression that is none.
    case damaged(path: String, line: Int, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): cannot be read; install Debian's package uap-core, or name its regexes.yaml in the configuration"
        case .damaged(let path, let line, let reason): "\(path):\(line): \(reason)"
        }
    }
}

/// One expression of uap-core's and what it says when it matches. `$1`…`$9` in a replacement stand for its groups.
struct AgentExpression: Sendable {
    var pattern: AgentPattern
    var family: String?
    /// Replacements of the version's parts, at most four; nil where the group itself is the part.
    var version: [String?] = [nil, nil, nil, nil]

    /// Family and version of the first of the expressions that matches.
    static func first(of expressions: [AgentExpression], in matcher: borrowing AgentMatcher) -> (family: String, version: String)? {
        for expression in expressions {
            guard let groups = matcher.groups(expression.pattern) else { continue }
            let family = expression.family.map { fill($0, groups) } ?? group(1, groups)
            guard !family.isEmpty else { continue }
            return (family, expression.version(groups))
        }
        return nil
    }

    private func version(_ groups: [String?]) -> String {
        var parts: [String] = []
        for (index, replacement) in version.enumerated() {
            let part = replacement.map { Self.fill($0, groups) } ?? Self.group(index + 2, groups)
            if part.isEmpty { break }
            parts.append(part)
        }
        return parts.joined(separator: ".")
    }

    private static func group(_ index: Int, _ groups: [String?]) -> String {
        index < groups.count ? trimmed(groups[index] ?? "") : ""
    }

    private static func fill(_ replacement: String, _ groups: [String?]) -> String {
        guard replacement.contains("$") else { return replacement }
        var result = ""
        var rest = Substring(replacement)
        while let place = rest.firstIndex(of: "$") {
            result += rest[..<place]
            rest = rest[rest.index(after: place)...]
            if let digit = rest.first?.wholeNumberValue, digit > 0 {
                result += digit < groups.count ? groups[digit] ?? "" : ""
                rest.removeFirst()
            } else {
                result += "$"
            }
        }
        return trimmed(result + rest)
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }
}

/// The expressions of a `regexes.yaml`: those for browsers, for systems, and those that know a spider by its device.
struct AgentExpressions: Sendable {
    var browsers: [AgentExpression] = []
    var systems: [AgentExpression] = []
    var spiders: [AgentPattern] = []

    /// Reads the part of YAML the file is written in: sections, and in them lists of quoted texts by name.
    init(path: String) throws(AgentError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(path: path)
        }
        var section = "", item = Item(line: 0), number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let content = line.trimmingCharacters(in: .whitespaces)
            if content.isEmpty || content.hasPrefix("#") { continue }
            if content.hasSuffix("_parsers:") {
                try add(item, to: section, path: path)
                (section, item) = (String(content.dropLast()), Item(line: number))
                continue
            }
            if content.hasPrefix("- ") {
                try add(item, to: section, path: path)
                item = Item(line: number)
            }
            let pair = content.hasPrefix("- ") ? String(content.dropFirst(2)) : content
            guard let (name, value) = Self.pair(pair) else {
                throw .damaged(path: path, line: number, reason: "not of the form name: 'text'")
            }
            item.values[name] = value
        }
        try add(item, to: section, path: path)
        guard !browsers.isEmpty, !systems.isEmpty else {
            throw .damaged(path: path, line: number, reason: "no expressions for browsers and systems in it")
        }
    }

    private struct Item {
        var line: Int
        var values: [String: String] = [:]
    }

    private mutating func add(_ item: Item, to section: String, path: String) throws(AgentError) {
        guard let regex = item.values["regex"] else { return }
        let isSpider = section == "device_parsers" && item.values["device_replacement"] == "Spider"
        guard section != "device_parsers" || isSpider else { return }
        let pattern: AgentPattern
        do {
            pattern = try AgentPattern(regex, ignoresCase: item.values["regex_flag"] == "i")
        } catch {
            throw .damaged(path: path, line: item.line, reason: error.message)
        }
        switch section {
        case "user_agent_parsers":
            browsers.append(AgentExpression(pattern: pattern, family: item.values["family_replacement"], version: [
                item.values["v1_replacement"], item.values["v2_replacement"], item.values["v3_replacement"], "",
            ]))
        case "os_parsers":
            systems.append(AgentExpression(pattern: pattern, family: item.values["os_replacement"], version: (1...4).map {
                item.values["os_v\($0)_replacement"]
            }))
        default: spiders.append(pattern)
        }
    }

    private static func pair(_ text: String) -> (name: String, value: String)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        guard value.count >= 2, let quote = value.first, quote == "'" || quote == "\"", let end = closing(value, quote) else { return nil }
        let inner = String(value[value.index(after: value.startIndex)..<end])
        return (String(text[..<colon]), quote == "'" ? inner.replacingOccurrences(of: "''", with: "'") : inner.replacingOccurrences(of: "\\\\", with: "\\"))
    }

    /// Where a quoted text ends; a comment may follow it.
    private static func closing(_ value: String, _ quote: Character) -> String.Index? {
        let tail = value.range(of: "\(quote) #", options: .backwards)?.lowerBound
        if value.last == quote { return value.index(before: value.endIndex) }
        return tail
    }
}
