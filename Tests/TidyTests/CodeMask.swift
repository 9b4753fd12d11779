/// Blanks comments and string literals, so that rules look at code alone.
struct CodeMask {
    private let bytes: [UInt8]
    private var output: [UInt8] = []
    private var index = 0

    static func masked(_ text: String) -> String {
        var mask = CodeMask(bytes: Array(text.utf8))
        return mask.run()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() -> String {
        while index < bytes.count {
            if starts("//", at: index) {
                blank(upTo: bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count)
            } else if starts("/*", at: index) {
                var end = index + 2
                while end < bytes.count, !starts("*/", at: end) { end += 1 }
                blank(upTo: end + 2)
            } else if opensString(at: index) {
                blank(upTo: endOfString(from: index))
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func blank(upTo end: Int) {
        while index < min(end, bytes.count) {
            output.append(bytes[index] == UInt8(ascii: "\n") ? bytes[index] : UInt8(ascii: " "))
            index += 1
        }
    }

    private func starts(_ prefix: String, at position: Int) -> Bool { bytes[position...].starts(with: prefix.utf8) }

    private func opensString(at start: Int) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: "\"")
    }

    /// The offset after a string literal; interpolations are passed over with the strings inside them.
    private func endOfString(from start: Int) -> Int {
        var index = start, hashes = 0
        while bytes[index] == UInt8(ascii: "#") {
            hashes += 1
            index += 1
        }
        let quotes = starts("\"\"\"", at: index) ? 3 : 1
        index += quotes
        let closing = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        while index < bytes.count {
            if starts(closing, at: index) { return index + closing.utf8.count }
            guard starts(escape, at: index) else {
                index += 1
                continue
            }
            index += escape.utf8.count
            index = index < bytes.count && bytes[index] == UInt8(ascii: "(") ? endOfInterpolation(from: index) : index + 1
        }
        return bytes.count
    }

    private func endOfInterpolation(from start: Int) -> Int {
        var index = start, depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\""):
                index = endOfString(from: index)
                continue
            default: break
            }
            index += 1
        }
        return bytes.count
    }
}
