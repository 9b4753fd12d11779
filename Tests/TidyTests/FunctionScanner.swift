/// Finds functions and initialisers by their braces; good enough to count lines.
enum FunctionScanner {
    struct Function {
        let name: String
        let lines: Int
    }

    static func functions(in file: SourceTree.File) -> [Function] {
        let head = /\b(?:func\s+([^\s\(<]+)|(init)\b[?]?\s*[\(<])/
        var found: [Function] = []
        var open: [(name: String, line: Int, depth: Int)] = []
        var pending: String?
        var depth = 0
        for (number, line) in file.codeLines.enumerated() {
            if line.contains("func ") || line.contains("init"), !line.contains(".init("), let match = line.firstMatch(of: head) {
                pending = String(match.output.1 ?? match.output.2 ?? "")
            }
            for byte in line.utf8 {
                if byte == UInt8(ascii: "{") {
                    depth += 1
                    if let name = pending { open.append((name, number, depth)) }
                    pending = nil
                } else if byte == UInt8(ascii: "}") {
                    pending = nil
                    if let last = open.last, last.depth == depth {
                        found.append(Function(name: last.name, lines: number - last.line + 1))
                        open.removeLast()
                    }
                    depth -= 1
                }
            }
        }
        return found
    }
}
