import Foundation

/// What a stream of ours may carry, and colours for those that may.
struct Terminal: Sendable {
    let isTerminal: Bool
    let hasColour: Bool
    /// Columns; 100 where it cannot be told.
    let width: Int

    static let output = Terminal(descriptor: STDOUT_FILENO)
    static let error = Terminal(descriptor: STDERR_FILENO)

    /// A file or a pipe: nothing but text.
    static let plain = Terminal()

    private init() {
        isTerminal = false
        hasColour = false
        width = 100
    }

    init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        isTerminal = isatty(descriptor) == 1
        // https://no-color.org: any value that is not empty.
        hasColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        width = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 100
    }

    enum Style: String {
        case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", blue = "34", cyan = "36"
    }

    func paint(_ text: String, _ styles: Style...) -> String {
        guard hasColour, !styles.isEmpty else { return text }
        return "\u{1B}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

/// Writes to the standard error stream.
func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
