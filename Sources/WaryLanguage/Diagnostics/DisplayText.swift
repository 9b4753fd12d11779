/// How many columns of a terminal a character takes (after Unicode's East Asian Width: wide ones two, marks none).
func displayWidth(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xac00...0xd7a3,
         0xf900...0xfaff, 0xfe30...0xfe4f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
        return 2
    default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}

/// A text from a policy that is safe to show: nothing in it moves the cursor, turns the direction or hides.
func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    return text.unicodeScalars.map(visible).joined()
}

func visible(_ scalar: Unicode.Scalar) -> String {
    isHidden(scalar) ? "<\(codePoint(scalar))>" : String(Character(scalar))
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0: true
    case 0..<0x300: scalar.value == 0xad
    // Joiners and variation selectors shape the characters around them, emoji among them.
    case 0x200c, 0x200d, 0xfe00...0xfe0f: false
    default: Characters.isInvisible(scalar) || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}

/// A text as JSON writes it, quotes included.
func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7f:
            result += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
