import WaryVocabulary

/// The small table of our own that reads user agents where the package uap-core is not installed: the common browsers,
/// systems and tools, by the names uap-core gives them.
public enum BuiltInAgents {
    /// What the text says; `Other` where nothing of the table is in it.
    public static func facts(_ agent: String) -> AgentFacts {
        let (browser, marker) = browsers.first { agent.contains($0.has) && !$0.lacks.contains(where: agent.contains) }
            .map { ($0.family, $0.version) } ?? ("Other", "")
        let os = systems.first { agent.contains($0.has) }
        return AgentFacts(kind: AgentKinds.kind(of: agent, system: os?.family ?? "Other"), browser: browser,
                          browserVersion: version(in: agent, after: marker),
                          os: os?.family ?? "Other", osVersion: version(in: agent, after: os?.version ?? ""))
    }

    private struct Browser {
        var has: String
        var lacks: [String] = []
        var family: String
        /// What the version stands behind.
        var version: String
    }

    /// Tried from the top: most browsers also name those they descend from.
    private static let browsers: [Browser] = [
        Browser(has: "Googlebot", family: "Googlebot", version: "Googlebot/"),
        Browser(has: "bingbot", family: "bingbot", version: "bingbot/"),
        Browser(has: "curl/", family: "curl", version: "curl/"),
        Browser(has: "Wget/", family: "Wget", version: "Wget/"),
        Browser(has: "python-requests/", family: "Python Requests", version: "python-requests/"),
        Browser(has: "Go-http-client/", family: "Go-http-client", version: "Go-http-client/"),
        Browser(has: "okhttp/", family: "okhttp", version: "okhttp/"),
        Browser(has: "FBAN/", family: "Facebook", version: "FBAV/"),
        Browser(has: "EdgA/", family: "Edge Mobile", version: "EdgA/"),
        Browser(has: "EdgiOS/", family: "Edge Mobile", version: "EdgiOS/"),
        Browser(has: "Edg/", family: "Edge", version: "Edg/"),
        Browser(has: "Edge/", family: "Edge", version: "Edge/"),
        Browser(has: "OPR/", family: "Opera", version: "OPR/"),
        Browser(has: "SamsungBrowser/", family: "Samsung Internet", version: "SamsungBrowser/"),
        Browser(has: "YaBrowser/", family: "Yandex Browser", version: "YaBrowser/"),
        Browser(has: "CriOS/", family: "Chrome Mobile iOS", version: "CriOS/"),
        Browser(has: "FxiOS/", family: "Firefox iOS", version: "FxiOS/"),
        Browser(has: "HeadlessChrome/", family: "HeadlessChrome", version: "HeadlessChrome/"),
        Browser(has: "Chrome/", lacks: ["Mobile", "Android"], family: "Chrome", version: "Chrome/"),
        Browser(has: "Chrome/", family: "Chrome Mobile", version: "Chrome/"),
        Browser(has: "Firefox/", lacks: ["Mobile", "Android"], family: "Firefox", version: "Firefox/"),
        Browser(has: "Firefox/", family: "Firefox Mobile", version: "Firefox/"),
        Browser(has: "MSIE ", family: "IE", version: "MSIE "),
        Browser(has: "Trident/", family: "IE", version: "rv:"),
        Browser(has: "Safari/", lacks: ["Mobile"], family: "Safari", version: "Version/"),
        Browser(has: "Safari/", family: "Mobile Safari", version: "Version/"),
    ]

    private static let systems: [(has: String, family: String, version: String)] = [
        ("Windows NT", "Windows", "Windows NT "), ("iPhone OS", "iOS", "iPhone OS "), ("iPad", "iOS", "CPU OS "),
        ("iPhone", "iOS", "iPhone OS "), ("Android", "Android", "Android "), ("CrOS", "Chrome OS", ""),
        ("Mac OS X", "Mac OS X", "Mac OS X "), ("Ubuntu", "Ubuntu", "Ubuntu/"), ("Linux", "Linux", ""),
    ]

    /// The digits, dots and underscores behind a marker, the latter as dots, at most three parts.
    private static func version(in agent: String, after marker: String) -> String {
        guard !marker.isEmpty, let start = agent.firstRange(of: marker)?.upperBound else { return "" }
        let run = agent[start...].prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
        return run.split { $0 == "." || $0 == "_" }.prefix(3).joined(separator: ".")
    }
}
