/// What there is to know of characters beyond ASCII: which of them hide, and which only look like something else.
enum Characters {
    /// Those that turn the direction of the text after them, so that it reads otherwise than it works.
    static func isBidirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// Those that leave no trace on the screen.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00ad, 0x034f, 0x115f, 0x1160, 0x180e, 0x200b...0x200d, 0x2060...0x2064, 0x3164, 0xfe00...0xfe0f, 0xfeff, 0xffa0,
             0xe0000...0xe0fff: true
        default: isBidirectional(scalar)
        }
    }

    /// Blanks other than the space.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00a0, 0x1680, 0x2000...0x200a, 0x202f, 0x205f, 0x3000: true
        default: false
        }
    }

    /// The ASCII letter or digit that a character looks like (after Unicode's confusables.txt, letters only).
    static func twin(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0xff10...0xff19, 0xff21...0xff3a, 0xff3f, 0xff41...0xff5a:
            return Unicode.Scalar(scalar.value - 0xfee0)
        case 0x1d400...0x1d6a3:
            let index = (scalar.value - 0x1d400) % 52
            return Unicode.Scalar(index < 26 ? index + 65 : index - 26 + 97)
        default:
            return twins[scalar]
        }
    }

    private static let twins: [Unicode.Scalar: Unicode.Scalar] = {
        let foreign = "аеорсухіјѕԁԛԝһкмтгпьвнАВЕКМНОРСТУХІЈЅ" + "αονρικτυχεηγωβΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "ıȷɑɡſоօհոսցքօ"
        let latin = "aeopcyxijsdqwhkmtrnbbhABEKMHOPCTYXIJS" + "aovpiktuxenywbABEZHIKMNOPTYX" + "ijagsoohnugqo"
        return Dictionary(zip(foreign.unicodeScalars, latin.unicodeScalars)) { first, _ in first }
    }()

    /// The script a letter belongs to, as far as messages tell them apart.
    static func script(of scalar: Unicode.Scalar) -> (article: String, name: String) {
        switch scalar.value {
        case 0x00...0x24f, 0x1e00...0x1eff: ("a", "Latin")
        case 0x250...0x2af: ("a", "phonetic")
        case 0x370...0x3ff, 0x1f00...0x1fff: ("a", "Greek")
        case 0x400...0x52f: ("a", "Cyrillic")
        case 0x530...0x58f: ("an", "Armenian")
        case 0x590...0x5ff: ("a", "Hebrew")
        case 0x600...0x6ff: ("an", "Arabic")
        case 0x1d400...0x1d7ff: ("a", "mathematical")
        case 0xff00...0xffef: ("a", "full-width")
        default: ("a", "non-Latin")
        }
    }

    /// Marks that stand for one of ours: whether they only look like it (E-chars) or mean it (E-syntax).
    static let marks: [Unicode.Scalar: (ours: String, isLookalike: Bool)] = [
        "≤": ("<=", false), "≥": (">=", false), "≠": ("!=", false), "×": ("*", false), "÷": ("/", false), "…": ("..", false),
        "∧": ("and", false), "∨": ("or", false), "¬": ("not", false), "∈": ("in", false), "∉": ("not in", false),
        "−": ("-", true), "–": ("-", true), "—": ("-", true), "‐": ("-", true), "‑": ("-", true), "＝": ("=", true),
        "（": ("(", true), "）": (")", true), "｛": ("{", true), "｝": ("}", true), "［": ("[", true), "］": ("]", true),
        "，": (",", true), "、": (",", true), "：": (":", true), "＞": (">", true), "＜": ("<", true), "＋": ("+", true),
        "－": ("-", true), "＊": ("*", true), "／": ("/", true), "∕": ("/", true), "⁄": ("/", true), "．": (".", true),
        "‚": (",", true), "∶": (":", true), "﹛": ("{", true), "﹜": ("}", true), "＃": ("#", true),
    ]

    /// Quotation marks, with those that may close them.
    static let quotes: [Unicode.Scalar: [Unicode.Scalar]] = [
        "“": ["”", "“", "\""], "”": ["”", "\""], "„": ["“", "”", "\""], "«": ["»", "\""], "»": ["«", "\""],
        "‘": ["’", "‘", "'"], "’": ["’", "'"], "＂": ["＂", "\""],
    ]
}

/// `U+202E`
func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
