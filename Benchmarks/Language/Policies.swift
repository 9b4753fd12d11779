import WaryVocabulary

/// The policies that are measured, and a sign-in that nothing is wrong with.
enum Policies {
    private static let networks = (0..<64).map { "10.\($0).0.0/16" }.joined(separator: ", ")
    private static let asns = (0..<200).map { "AS\(64_600 + $0)" }.joined(separator: ", ")
    static let typical = """
    policy typical { for login }
    list office of network = [\(networks)]
    list hosters of asn = [\(asns)]
    let failures = count(login.failed by account, subnet within 10m)
    let spread = distinct(account of login by ip within 5m)
    rule travel { when travel.speed > 900 km/h and travel.distance > 200 km unless ip in office unknown skip score 60 }
    rule guessing { when failures >= 5 score 8 * failures up to 40 }
    rule stuffing { when spread >= 10 deny }
    rule script { when agent matches /\\b(curl|python-requests|go-http-client)\\b/i unknown fire score 25 }
    rule hosted { when network.asn in hosters unknown skip score 15 }
    rule new_device { when device.new and not account.new score 15 }
    rule new_country { when geo.country_new and not account.new unknown skip score 20 }
    rule asleep { when account.idle > 180d unknown skip score 15 }
    rule anonymous { when network.anonymous unknown skip score 20 }
    rule unfamiliar { when unfamiliarity > 95 score 5 * (unfamiliarity - 95) up to 25 }
    rule night { when time.of_day in 22:00..06:00 and account.sign_ins < 3 score 5 }
    rule outside { when ip not in office and device.new score 10 }
    decide { deny when score >= 90 step_up webauthn, totp, sms when score >= 40 allow otherwise }
    """
    static let clean: [SignalID: Reading] = [
        .travelSpeed: .known(.speed(1)), .travelDistance: .known(.distance(0)), .ip: .known(.ip(IPAddress(v4: 0x0a05_0607))),
        .agent: .known(.text("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0")),
        .networkASN: .known(.asn(3215)), .deviceNew: .known(.bool(false)), .accountNew: .known(.bool(false)), .geoCountryNew: .known(.bool(false)),
        .accountIdle: .known(.duration(86_400_000)), .networkAnonymous: .known(.bool(false)), .unfamiliarity: .known(.int(12)),
        .timeOfDay: .known(.timeOfDay(720)), .accountSignIns: .known(.int(40)),
    ]

    static let thousand = "policy big { for login }\nlist office of network = [\(networks)]\nlet failures = count(login.failed by account, subnet within 10m)\n"
        + (0..<1000).map { "rule r\($0) { when failures >= \($0 + 5) and (device.new or ip not in office) unless unfamiliarity < \($0 % 90) score \($0 % 7 + 1) }\n" }.joined()
        + "decide { step_up when score >= 40 allow otherwise }\n"
}
