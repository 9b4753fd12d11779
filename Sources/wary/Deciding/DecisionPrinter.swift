import Foundation
import WaryServer

/// Prints answers as they come: as they are, or for people.
final class DecisionPrinter {
    private let format: OutputFormat
    private let isSingle: Bool
    /// Several policies answer each request: a line says which.
    private let showsPolicy: Bool
    private(set) var sawFailure = false

    init(format: OutputFormat, isSingle: Bool, showsPolicy: Bool = false) {
        self.format = format
        self.isSingle = isSingle
        self.showsPolicy = showsPolicy
    }

    /// One answer's line, with its newline or without.
    func show(_ line: [UInt8]) {
        let text = DecisionText.read(line)
        if text?.isFailure != false { sawFailure = true }
        if format == .human, let text {
            print(isSingle && !showsPolicy ? text.whole(on: .output) : text.line(on: .output, withPolicy: showsPolicy))
        } else {
            print(String(decoding: line, as: UTF8.self), terminator: line.last == UInt8(ascii: "\n") ? "" : "\n")
        }
    }
}
