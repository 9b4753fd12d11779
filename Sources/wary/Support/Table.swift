/// Rows in aligned columns, two blanks between them.
struct Table {
    enum Alignment { case left, right }

    struct Column {
        var title: String
        var alignment: Alignment

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    /// A text with how it is painted.
    struct Cell: ExpressibleByStringLiteral {
        var text: String
        var styles: [Terminal.Style]

        init(_ text: String, _ styles: Terminal.Style...) {
            self.text = text
            self.styles = styles
        }

        init(_ number: some BinaryInteger) { self.init(String(number)) }

        init(stringLiteral text: String) { self.init(text) }
    }

    init(_ columns: [Column]) { self.columns = columns }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The lines, without a break after the last.
    func text(on terminal: Terminal = .output, indent: Int = 0) -> String {
        let hasTitles = columns.contains { !$0.title.isEmpty }
        let heading = hasTitles ? [columns.map { Cell($0.title, .dim) }] : []
        let all = heading + rows
        let widths = columns.indices.map { column in all.map { Self.width($0.count > column ? $0[column].text : "") }.max() ?? 0 }
        return all.map { row in line(row, widths, terminal, indent) }.joined(separator: "\n")
    }

    private func line(_ row: [Cell], _ widths: [Int], _ terminal: Terminal, _ indent: Int) -> String {
        var result = String(repeating: " ", count: indent)
        // Nothing stands after the last cell that has a text.
        let row = row.prefix((row.lastIndex { !$0.text.isEmpty } ?? -1) + 1)
        for (index, cell) in row.enumerated() where index < columns.count {
            let padding = String(repeating: " ", count: max(0, widths[index] - Self.width(cell.text)))
            let painted = cell.styles.isEmpty ? cell.text : cell.styles.reduce(cell.text) { terminal.paint($0, $1) }
            let isLast = index == row.count - 1
            switch columns[index].alignment {
            case .right: result += padding + painted
            case .left: result += isLast ? painted : painted + padding
            }
            if !isLast { result += "  " }
        }
        return result
    }

    /// Columns that a text takes: scalars, wide East Asian ones twice, combining ones not at all.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format, .control: sum
            default: sum + ((0x1100...0x115f).contains(scalar.value) || (0x2e80...0xa4cf).contains(scalar.value)
                || (0xac00...0xd7a3).contains(scalar.value) || (0xf900...0xfaff).contains(scalar.value)
                || (0xfe30...0xfe6f).contains(scalar.value) || (0xff00...0xff60).contains(scalar.value)
                || (0x1f300...0x1faff).contains(scalar.value) ? 2 : 1)
            }
        }
    }
}
