import WaryVocabulary

/// Names, keywords and AS numbers, and the characters that only look like theirs.
extension Scanner {
    mutating func scanWord() {
        let start = position
        var isPlain = true
        var isDotted = false
        while let byte = peek() {
            if byte.isWordByte {
                if (65...90).contains(byte) { isPlain = false }
                position += 1
            } else if byte >= 0x80, let length = lengthOfWordScalar(at: position) {
                isPlain = false
                position += length
            } else if byte == UInt8(ascii: "."), startsWord(at: position + 1) {
                isDotted = true
                position += 1
            } else {
                break
            }
        }
        if bytes[start] == UInt8(ascii: "_") { isPlain = false }
        if !isDotted, let number = asNumber(start) {
            return emit(number, from: start)
        }
        let written = text(start, position)
        let name = isPlain ? written : mended(written, start)
        guard !name.isEmpty else { return }
        if !isDotted, let keyword = Keyword(rawValue: name) {
            emit(.keyword(keyword), from: start)
        } else {
            emit(.name(name), from: start)
        }
    }

    private func startsWord(at index: Int) -> Bool {
        guard let byte = byte(at: index) else { return false }
        return byte.isLetterByte || byte == UInt8(ascii: "_") || byte >= 0x80 && lengthOfWordScalar(at: index) != nil
    }

    /// The bytes of a letter outside ASCII, or of something invisible that hides in a name; nil for anything else.
    private func lengthOfWordScalar(at index: Int) -> Int? {
        let (scalar, length) = scalar(at: index)
        return scalar.properties.isAlphabetic || scalar.properties.generalCategory == .decimalNumber
            || Characters.isInvisible(scalar) || scalar == "\u{FF3F}" ? length : nil
    }

    /// `AS64500`, in either case; nil where the word is something else.
    private mutating func asNumber(_ start: Int) -> Token.Kind? {
        guard position - start > 2, bytes[start] | 0x20 == UInt8(ascii: "a"), bytes[start + 1] | 0x20 == UInt8(ascii: "s"),
              bytes[(start + 2)..<position].allSatisfy(\.isDigitByte) else { return nil }
        guard let number = UInt32(text(start + 2, position)) else {
            report(.syntax, start, position, "AS numbers end at AS4294967295")
            return .invalid
        }
        return .literal(.datum(.asn(number)))
    }

    /// The name that was meant by one with capitals, lookalikes or invisible characters, having reported them. A
    /// keyword's case does not matter.
    private mutating func mended(_ written: String, _ start: Int) -> String {
        var plain = ""
        var lookalike: Unicode.Scalar?
        var foreign: Unicode.Scalar?
        for scalar in written.unicodeScalars {
            if scalar.isASCII {
                plain.unicodeScalars.append(scalar)
            } else if Characters.isInvisible(scalar) {
                lookalike = lookalike ?? scalar
            } else if let twin = Characters.twin(of: scalar) {
                lookalike = lookalike ?? scalar
                plain.unicodeScalars.append(twin)
            } else {
                foreign = foreign ?? scalar
                plain += "_"
            }
        }
        let lower = snakeCase(plain)
        if let foreign {
            reportForeign(foreign, in: written, start)
        } else if let lookalike {
            reportLookalike(lookalike, in: written, start, meant: Keyword(rawValue: plain.lowercased()) == nil ? lower : plain.lowercased())
        } else if Keyword(rawValue: plain.lowercased()) != nil {
            return plain.lowercased()
        } else if plain != plain.lowercased() {
            report(.syntax, start, position, "names are written in lower case: `\(lower)`", fix: lower)
        } else if plain.hasPrefix("_") {
            let trimmed = String(plain.drop { $0 == "_" })
            report(.syntax, start, position, "a name begins with a letter", fix: trimmed.isEmpty ? nil : trimmed)
            if trimmed.isEmpty { spoilLine(at: start) }
            return trimmed
        }
        return Keyword(rawValue: plain.lowercased()) == nil ? lower : plain.lowercased()
    }

    private mutating func reportLookalike(_ scalar: Unicode.Scalar, in written: String, _ start: Int, meant: String) {
        if Characters.isInvisible(scalar) {
            report(.chars, start, position, "an invisible character, \(codePoint(scalar)), hides in this name", fix: meant)
        } else {
            let kind = Characters.script(of: scalar)
            report(.chars, start, position,
                   "`\(written)` has \(kind.article) \(kind.name) `\(scalar)` (\(codePoint(scalar))) that looks like a Latin letter",
                   fix: meant)
        }
    }

    private mutating func reportForeign(_ scalar: Unicode.Scalar, in written: String, _ start: Int) {
        let kind = Characters.script(of: scalar)
        if kind.name == "Latin" {
            report(.syntax, start, position, "`\(scalar)` (\(codePoint(scalar))) cannot stand in a name",
                   help: "names are written with a to z, 0 to 9 and _")
        } else {
            report(.chars, start, position, "`\(written)` has \(kind.article) \(kind.name) letter, `\(scalar)` (\(codePoint(scalar)))",
                   help: "names are written with a to z, 0 to 9 and _")
        }
    }

    /// `cartValue` → `cart_value`, `GEO.Country` → `geo.country`
    private func snakeCase(_ name: String) -> String {
        var result = ""
        var previous: Unicode.Scalar = "."
        for scalar in name.unicodeScalars {
            if scalar.properties.isUppercase, previous.properties.isLowercase { result += "_" }
            result += scalar.properties.lowercaseMapping
            previous = scalar
        }
        return result
    }
}
