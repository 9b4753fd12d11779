/// What the expressions of an older uap-core do not know yet (Debian 12's are of 2022): clients that name themselves beside
/// the engine they are made with. Consulted only where the expressions see no more than that engine, so that a newer file's
/// word stands. With it 99 % of the families of uap-core's test cases of 2026 are read right by either file.
enum NewerAgents {
    /// A client that the expressions took for its engine.
    static func browser(in agent: String, takenFor family: String) -> (family: String, version: String)? {
        guard engines.contains(family), let found = first(of: browsers, in: agent) else { return nil }
        return (found.family, version(in: agent, after: found.marker))
    }

    /// A system that the expressions took for the one it descends from.
    static func system(in agent: String, takenFor family: String) -> String? {
        parents.contains(family) ? first(of: systems, in: agent)?.family : nil
    }

    private static let engines: Set = [
        "Chrome", "Chrome Mobile", "Chrome Mobile WebView", "Chrome Mobile iOS", "Safari", "Mobile Safari",
        "Mobile Safari UI/WKWebView", "Firefox", "Firefox Mobile", "Edge", "Samsung Internet", "Android", "Other",
    ]

    private static let parents: Set = ["Mac OS X", "Linux", "Android", "Chromecast", "Other"]

    private typealias Line = (marker: String, with: String, family: String)

    private static func first(of lines: [Line], in agent: String) -> Line? {
        let bytes = Array(agent.utf8)
        return lines.first { holds(bytes, $0.marker) && ($0.with.isEmpty || holds(bytes, $0.with)) }
    }

    /// Byte by byte: a `String` would compare whole characters, at twenty times the price.
    private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }

    /// The digits and dots behind a marker that ends in a slash; at most three parts, as uap-core gives them.
    private static func version(in agent: String, after marker: String) -> String {
        guard marker.hasSuffix("/"), let start = agent.firstRange(of: marker)?.upperBound else { return "" }
        return agent[start...].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".").prefix(3).joined(separator: ".")
    }

    /// What is in the text, what must be in it too, and the family; tried from the top.
    private static let browsers: [Line] = [
        ("MicroMessenger", "", "WeChat Browser"), ("Weibo", "", "Weibo"), ("weibo", "", "Weibo"),
        ("Valve Steam GameOverlay", "", "Steam GameOverlay"), ("Steam Deck", "", "Steam Deck"),
        ("Valve Client/", "", "Steam Client"), ("Valve Steam Client", "", "Steam Client"),
        ("QtWebEngine/", "", "Qt Web Engine"), ("HonorBrowser", "", "Honor Browser"),
        ("Honor Browser", "", "Honor Browser"), ("bdhonorbrowser", "", "Honor Browser"), ("OPT/", "", "Opera Touch"),
        ("OPX/", "", "Opera GX"), ("RuxitSynthetic/", "", "Ruxit Synthetic"), ("OBS/", "", "OBS Studio"),
        ("Telegram-Android/", "", "Telegram"), ("SLBrowser/", "", "Smart Lenovo Browser"),
        ("Chesscom-Android/", "", "Chesscom-Android"), ("ROBLOX", "", "Roblox App"), ("OMI/", "", "Vewd Browser"),
        ("SP-engine/", "", "Baidu Explorer"), ("VivoBrowser/", "", "VivoBrowser"), ("Camoufox", "", "Camoufox"),
        ("UCMobile/", "", "UC Browser"), ("UCBrowser/", "", "UC Browser"), ("OpenWave/", "", "Open Wave"),
        ("Trailer/", "", "Trailer"), ("Agency/", "", "Agency"), ("Herring/", "", "Herring"),
        ("AtContent/", "", "AtContent"), ("Config/", "", "Config"), ("Viewer/", "", "Viewer"),
        ("LikeWise/", "", "LikeWise"), ("Unique/", "", "Unique"), ("CitizenFX/", "", "CitizenFX"),
        ("R2Client/", "", "R2Client"), ("AdobeCEP/", "", "Adobe CEP"), ("Roadrunner/", "", "Roadrunner"),
        ("AncestryAndroid/", "", "AncestryAndroid"), ("Vivaldi/", "", "Vivaldi"), ("Brave/", "", "Brave"),
        ("Brave Chrome/", "", "Brave"), ("Brave", "", "Brave"), ("Instagram ", "", "Instagram"),
        ("KAKAOTALK/", "", "KakaoTalk"), ("Ladybird/", "", "Ladybird"),
        ("AvastSecureBrowser/", "", "Avast Secure Browser"), ("Avast/", "", "Avast Secure Browser"),
        ("AVG/", "", "AVG"), ("AlohaBrowser/", "", "Aloha Browser"), ("QIHU 360", "", "360 Secure Browser"),
        ("HeyTapBrowser/", "", "HeyTap Browser"), ("HeyTap", "", "HeyTap Browser"), ("Mypal/", "", "Mypal Browser"),
        ("OculusBrowser/", "", "Oculus Browser"), ("HiBrowser/", "", "HiBrowser"), ("HIBrowser/", "", "HiBrowser"),
        ("YaSearchBrowser/", "", "Yandex Browser"), ("YaApp_Android/", "", "Yandex Browser"),
        ("Google-InspectionTool", "", "Google-InspectionTool"), ("EdgiOS/", "", "Edge Mobile"),
        ("CriOS/", "", "Chrome Mobile iOS"), ("musical_ly_", "", "TikTok"), ("trill_", "", "TikTok"),
        ("BytedanceWebview/", "", "TikTok"), ("aws-sdk-go-v2/", "", "aws-sdk-go-v2"),
        ("Ddg/", "Mobile", "DuckDuckGo Mobile"), ("Ddg/", "", "DuckDuckGo"), ("HTTPie/", "", "HTTPie"),
        ("Ecosia ios@", "", "Ecosia iOS"), ("Ecosia android@", "", "Ecosia Android"),
        ("MullvadBrowser/", "", "MullvadBrowser"), ("HuaweiBrowser/", "", "Huawei Browser"),
        ("Instabridge/", "", "Instabridge"), ("115Browser/", "", "115 Browser"), ("Avira/", "", "Avira"),
        ("CCleaner/", "", "CCleaner"), ("Norton/", "", "Norton"), ("QuarkPC/", "", "Quark PC"),
        ("Quark/", "", "Quark"), ("Atom/", "", "Atom Browser"), ("Decentr", "", "Decentr Web3 Browser"),
        ("Sparrow", "", "Sparrow Browser"), ("Chromium GOST", "", "Chromium GOST Browser"),
        ("AOLShield/", "", "AOL Shield Browser"), ("ADG/", "", "AOL Desktop Gold Browser"),
        ("Hola/", "", "Hola Browser"), ("CravingExplorer/", "", "Craving Explorer Browser"),
        (" Talon", "", "Talon Cyber Security Browser"), ("Qaxbrowser", "", "QAX Browser"),
        ("SberBrowser/", "", "Sber Browser"), ("JiSu/", "", "JiSu Browser"), ("Wolvic/", "", "Wolvic Browser"),
        ("Odin/", "", "Odin"), ("PHX/", "", "Phoenix Browser"), ("Lite Browser/", "", "Lite Browser"),
        ("Teams/", "", "Microsoft Teams"),
    ]

    private static let systems: [Line] = [
        ("os/macos", "", "Mac OS X"), ("CriOS/", "Macintosh", "iOS"), ("EdgiOS/", "Macintosh", "iOS"),
        ("CrKey/", "DeviceType/SmartSpeaker", "Chromecast SmartSpeaker"),
        ("CrKey/", "DeviceType/Android", "Chromecast Android"), ("CrKey/", "Fuchsia", "Chromecast Fuchsia"),
        ("CrKey/", "DeviceType/Chromecast", "Chromecast Linux"), ("Quest ", "OculusBrowser", "Android"),
    ]
}
