import WaryVocabulary

/// Numbers, percentages, quantities and times of day.
extension Scanner {
    mutating func scanNumber() {
        let start = position
        skipDigits()
        if peek() == UInt8(ascii: ":"), byte(at: position + 1)?.isDigitByte == true { return scanTimeOfDay(start) }
        var isDecimal = false
        if peek() == UInt8(ascii: "."), byte(at: position + 1)?.isDigitByte == true {
            isDecimal = true
            position += 1
            skipDigits()
        }
        let digits = text(start, position)
        let plain = digits.replacing("_", with: "")
        if digits.hasSuffix("_") || digits.contains("__") || digits.contains("_.") || digits.contains("._") {
            report(.syntax, start, position, "`_` stands between two digits", fix: plain)
        }
        guard let number = Double(plain), number.isFinite, isDecimal || Int64(plain) != nil else {
            skipWord()
            report(.syntax, start, position, "this number is too large", help: "whole numbers end at 9223372036854775807")
            return emit(.invalid, from: start)
        }
        if scanPercent() { return emit(.literal(.datum(.decimal(number / 100))), from: start) }
        if let unit = scanUnit() { return emitQuantity(number, unit, digits, from: start) }
        emit(.literal(.datum(isDecimal ? .decimal(number) : .int(Int64(plain) ?? 0))), from: start)
    }

    private mutating func skipDigits() {
        while let byte = peek(), byte.isDigitByte || byte == UInt8(ascii: "_") { position += 1 }
    }

    mutating func skipWord() {
        while let byte = peek(), byte.isWordByte { position += 1 }
    }

    private mutating func scanPercent() -> Bool {
        var index = position
        while byte(at: index)?.isBlankByte == true { index += 1 }
        guard byte(at: index) == UInt8(ascii: "%") else { return false }
        position = index + 1
        return true
    }

    /// The unit after a number: anything that touches it; after blanks only what is one of ours, since a name may
    /// follow a number too (`given 12 login.failed`).
    private mutating func scanUnit() -> String? {
        var first = position
        while byte(at: first)?.isBlankByte == true { first += 1 }
        let touches = first == position
        var end = first
        while let byte = byte(at: end), byte.isWordByte { end += 1 }
        guard end > first, touches || bytes[end - 1].isLetterByte else { return nil }
        if let wider = endOfCompoundUnit(first, end) {
            end = wider
        } else if !touches {
            let isDotted = byte(at: end) == UInt8(ascii: ".") && byte(at: end + 1)?.isLetterByte == true
            guard !isDotted, Units.unit(text(first, end)) != nil else { return nil }
        }
        position = end
        return text(first, end)
    }

    /// `km/h` and what is written for it: a slash that touches on both sides, then a unit of time and no more.
    private func endOfCompoundUnit(_ first: Int, _ end: Int) -> Int? {
        guard byte(at: end) == UInt8(ascii: "/"), ["km", "mi", "m", "miles"].contains(text(first, end).lowercased()) else { return nil }
        var wider = end + 1
        while let byte = byte(at: wider), byte.isWordByte { wider += 1 }
        let isDotted = byte(at: wider) == UInt8(ascii: ".") && byte(at: wider + 1)?.isLetterByte == true
        let compound = text(first, wider).lowercased()
        return !isDotted && (compound == "km/h" || Units.alias(compound) != nil) ? wider : nil
    }

    private mutating func emitQuantity(_ number: Double, _ unit: String, _ digits: String, from start: Int) {
        guard Units.unit(unit) != nil else {
            return emit(.literal(.badQuantity(number: number, unit: unit)), from: start)
        }
        guard let datum = Units.quantity(number, unit) else {
            report(.unit, start, position, "this duration is too long", help: "durations end at 285,000 years")
            return emit(.invalid, from: start)
        }
        emit(.literal(.datum(datum)), from: start)
    }

    /// `22:00`; the scanner stands at the colon.
    private mutating func scanTimeOfDay(_ start: Int) {
        let hourDigits = text(start, position)
        position += 1
        let minuteStart = position
        while peek()?.isDigitByte == true { position += 1 }
        let minuteDigits = text(minuteStart, position)
        let isSuffixed = peek()?.isWordByte == true
        skipWord()
        guard !isSuffixed, (1...2).contains(hourDigits.utf8.count), minuteDigits.utf8.count == 2,
              let hour = Int(hourDigits), let minute = Int(minuteDigits), hour < 24, minute < 60 else {
            report(.syntax, start, position, "`\(text(start, position))` is no time of day", help: "times run from 00:00 to 23:59")
            return emit(.invalid, from: start)
        }
        emit(.literal(.datum(.timeOfDay(hour * 60 + minute))), from: start)
    }
}
