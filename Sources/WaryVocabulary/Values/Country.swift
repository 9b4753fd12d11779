/// An ISO 3166-1 alpha-2 country code, or `XK`, the user-assigned code that position databases use for Kosovo.
public struct Country: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The two letters, upper case: the first in the high byte.
    public let code: UInt16

    /// Case does not matter; nil when the code is not assigned.
    public init?(_ text: String) {
        let bytes = text.utf8.map { $0 & 0xdf }
        guard text.utf8.count == 2 else { return nil }
        let code = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard Self.assigned.contains(code) else { return nil }
        self.code = code
    }

    public var description: String {
        String(decoding: [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)], as: UTF8.self)
    }

    public static func < (a: Country, b: Country) -> Bool { a.code < b.code }

    /// The code that the author of a wrong one most likely meant: `UK` → `GB`.
    public static func intended(by text: String) -> Country? { mistakes[text.uppercased()].flatMap(Country.init) }

    private static let mistakes = [
        "UK": "GB", "EN": "GB", "EL": "GR", "SU": "RU", "YU": "RS", "AN": "CW", "TP": "TL", "ZR": "CD", "DD": "DE",
        "BU": "MM", "FX": "FR", "CS": "RS", "USA": "US", "GBR": "GB", "FRA": "FR", "DEU": "DE", "GER": "DE", "JAP": "JP",
        "JPN": "JP", "CHN": "CN", "RUS": "RU", "ESP": "ES", "ITA": "IT", "CHE": "CH", "SUI": "CH", "NLD": "NL", "BEL": "BE",
    ]

    private static let assigned: Set<UInt16> = Set(
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ
        BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR
        CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
        GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU
        ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
        LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
        MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
        PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
        SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
        TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        XK
        """.split(whereSeparator: \.isWhitespace).map { code in code.utf8.reduce(UInt16(0)) { $0 << 8 | UInt16($1) } }
    )
}
