import WaryVocabulary

/// What kind of client a user agent names: `agent.kind`.
enum AgentKinds {
    /// From the text and the operating system's family.
    static func kind(of agent: String, system: String) -> AgentFacts.Kind {
        let lower = agent.lowercased()
        if bots.contains(where: lower.contains) { return .bot }
        if tablets.contains(where: lower.contains) { return .tablet }
        if system == "Android" { return lower.contains("mobile") ? .mobile : .tablet }
        if mobileSystems.contains(system) || phones.contains(where: lower.contains) { return .mobile }
        return desktopSystems.contains { system.hasPrefix($0) } ? .desktop : .unknown
    }

    /// Programs rather than people.
    static let bots = ["bot/", "bot;", "bot)", "bot-", "crawler", "spider", "curl/", "wget/", "python-requests", "python-urllib",
                       "aiohttp/", "go-http-client", "java/", "libwww-perl", "headlesschrome", "phantomjs", "scrapy",
                       "httpclient", "node-fetch", "axios/", "powershell/"]

    private static let tablets = ["ipad", "tablet", "kindle", "silk/", "playbook", "nexus 7", "nexus 10", "sm-t"]

    private static let phones = ["iphone", "ipod", "windows phone", "blackberry", "bb10", "symbian", "opera mini", "opera mobi",
                                 "mobile safari", "midp", "kaios", "; mobile;"]

    private static let mobileSystems: Set = ["iOS", "Windows Phone", "BlackBerry OS", "Symbian OS", "KaiOS", "Firefox OS",
                                             "Windows Mobile", "Bada", "Tizen", "WatchOS", "HarmonyOS"]

    private static let desktopSystems = ["Windows", "Mac OS", "Linux", "Ubuntu", "Debian", "Fedora", "Chrome OS", "FreeBSD",
                                         "OpenBSD", "NetBSD", "Solaris", "Arch Linux", "Gentoo", "Mint", "SUSE", "openSUSE",
                                         "Red Hat", "CentOS", "Mandriva", "Slackware", "Kubuntu", "Puppy"]
}
