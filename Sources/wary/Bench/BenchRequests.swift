/// Realistic requests, prepared before the clock runs: about 640 bytes each, over many accounts, addresses and devices.
struct BenchRequests {
    /// Each one line with its newline.
    let lines: [[UInt8]]

    init(count: Int = 8192, accounts: Int, seed: UInt64 = 1) {
        var random = SeededNumbers(seed: seed)
        lines = (0..<count).map { _ in Self.line(account: Int(random.next() % UInt64(accounts)), &random) }
    }

    private static func line(account: Int, _ random: inout SeededNumbers) -> [UInt8] {
        let device = random.next() % 3
        let address = "203.\(account >> 8 & 255).\(account & 255).\(random.next() % 4 + 1)"
        let credential = random.next() % 50 == 0 ? "invalid" : "valid"
        let text = """
            {"op":"decide","id":"\(random.next() & 0xffff_ffff)","event":"login","account":"user-\(account)@example.org",\
            "ip":"\(address)","credential":"\(credential)","device":"d-\(account)-\(device)-3f9c21ab77e04d58",\
            "user_agent":"\(agents[Int(random.next() % UInt64(agents.count))])","method":"password","app":"web",\
            "channel":"browser","tenant":"main","factors":["webauthn","totp","push","sms"],\
            "credential_tag":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","explain":"fired"}\n
            """
        return Array(text.utf8)
    }

    private static let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.2792.65 (corporate build; managed; channel stable)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1 ExampleApp/7.31.2 (build 8812; en_GB)",
        "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0 (distribution package; hardened; wayland session; locale fr-FR; privacy enhanced)",
    ]
}

/// SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
