import WaryLanguage
import WaryVocabulary

/// What the editor says of words and functions. Signals say it themselves, in their catalogue.
enum Help {
    struct Function {
        var signature: String
        var text: String
        /// What completion puts in; `$1` and so on are its places.
        var snippet: String
    }

    static let functions: [String: Function] = [
        "count": .init(signature: "count(E by K within W [where C]) → int", text: "How many events E there were for K in the window. Never unknown.",
                       snippet: "count(${1:login.failed} by ${2:account} within ${3:10m})"),
        "distinct": .init(signature: "distinct(F of E by K within W [where C]) → int", text: "How many different values of F the events E had. Never unknown.",
                          snippet: "distinct(${1:account} of ${2:login} by ${3:ip} within ${4:5m})"),
        "sum": .init(signature: "sum(F of E by K within W [where C])", text: "The sum of F over the events. Unknown where there is none.",
                     snippet: "sum(${1:field} of ${2:login} by ${3:account} within ${4:1d})"),
        "avg": .init(signature: "avg(F of E by K within W [where C])", text: "The mean of F over the events. Unknown where there is none.",
                     snippet: "avg(${1:field} of ${2:login} by ${3:account} within ${4:1d})"),
        "min": .init(signature: "min(a, b) or min(F of E by K within W)", text: "The smallest of some values, or of F over the events.",
                     snippet: "min($1, $2)"),
        "max": .init(signature: "max(a, b) or max(F of E by K within W)", text: "The largest of some values, or of F over the events.",
                     snippet: "max($1, $2)"),
        "last": .init(signature: "last(F of E by K)", text: "F of the last event E for K. Unknown where there is none.",
                      snippet: "last(${1:ip} of ${2:login.succeeded} by ${3:account})"),
        "first": .init(signature: "first(F of E by K)", text: "F of the first event E for K. Unknown where there is none.",
                       snippet: "first(${1:ip} of ${2:login.succeeded} by ${3:account})"),
        "elapsed": .init(signature: "elapsed(E by K) → duration", text: "Time since the last event E for K. Unknown where there is none.",
                         snippet: "elapsed(${1:password.changed} by ${2:account})"),
        "new": .init(signature: "new(F by K within W) → bool", text: "Whether F's value was in no good sign-in of K in the window. Unknown where F is.",
                     snippet: "new(${1:device} by ${2:account} within ${3:90d})"),
        "abs": .init(signature: "abs(x)", text: "The value without its sign.", snippet: "abs($1)"),
        "lower": .init(signature: "lower(text) → text", text: "The text in lower case.", snippet: "lower($1)"),
        "length": .init(signature: "length(text) → int", text: "How many characters the text has.", snippet: "length($1)"),
        "distance_between": .init(signature: "distance_between(point, point) → distance", text: "The great-circle distance between two places.",
                                  snippet: "distance_between($1, $2)"),
        "fired": .init(signature: "fired(rule) → bool", text: "Whether a rule fired. In `decide` only.", snippet: "fired($1)"),
    ]

    static let keywords: [Keyword: String] = [
        .when: "The condition under which the rule fires.",
        .unless: "What keeps the rule from firing: it fires when `when` holds and this does not.",
        .unknown: "What happens where the condition is unknown: `skip` (it does not fire), `fire` (it does), or `score N`.",
        .score: "Adds to the score when the rule fires; negative lowers it. With `up to N`, at most N. The sum is kept within 0 and 100.",
        .stepUp: "Asks for another factor, one of those listed, or any.",
        .deny: "Refuses.",
        .allow: "Lets the event pass.",
        .notify: "Asks the app to tell somebody: `user` or `security`.",
        .tag: "Puts a text on the answer, for the app and for reports.",
        .monitor: "The rule is evaluated and reported, and has no effect.",
        .for: "The event that the policy decides.",
        .onError: "The least severe answer while history cannot be read.",
        .noFactor: "The answer where no factor is left that the account has.",
        .timezone: "The time zone of `time.…` where the address's position has none.",
        .otherwise: "The outcome where no line above holds.",
        .within: "How far back to look: the half-open window that ends now.",
        .since: "Counts from the last event of this kind on.",
        .where: "Counts only events for which this holds; an event for which it is unknown does not count.",
        .by: "Whose events: `account`, `ip`, `subnet`, `network`, `device`, `agent`, `country`, `credential`, `tenant`, `everyone`; two at most.",
        .given: "History before the event that is tried.",
        .expect: "What the decision must be.",
        .because: "Exactly these rules fired.",
        .decide: "Tried from the top; the first line that holds gives an outcome.",
        .list: "Values by name, written here or in a file with one a line.",
        .input: "An extra value that the app may pass on. Unknown where it does not, unless it has a `default`.",
        .let: "A name for an expression; evaluated at most once a decision.",
        .include: "Takes in the declarations of another file in the policy folder.",
        .matches: "Whether a regular expression (PCRE2) is found anywhere in the text. Flags: i, x, s.",
        .is: "`is known`, `is unknown`: never unknown themselves.",
        .between: "Both ends included.",
        .default: "The value where the app sends none; the input is then never unknown.",
    ]

    /// Of the built-in types.
    static let types = ValueType.named.map(\.name)

    /// A signal in Markdown.
    static func signal(_ entry: SignalEntry) -> String {
        let origin = switch entry.origin {
        case .wary: "computed by Wary"
        case .app: "sent by the app"
        case .client: "from the user's client, which can leave it out or forge it"
        }
        var text = "**`\(entry.name)`**: `\(entry.type)`\n\n\(entry.help).\n\n- Origin: \(origin)\n- "
        text += entry.maybe ? "May be unknown: a rule on it says what then" : "Never unknown"
        if let values = entry.values { text += "\n- Values: " + values.map { "`\"\($0)\"`" }.joined(separator: ", ") }
        if let domain = entry.domain, domain.upperBound < 1e15 { text += "\n- From \(number(domain.lowerBound)) to \(number(domain.upperBound))" }
        return text
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }
}
