/// Pads and cuts texts to the columns of a table.
enum Columns {
    static func left(_ text: String, _ width: Int) -> String {
        let cut = fitted(text, width)
        return cut + String(repeating: " ", count: max(0, width - cut.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        let cut = fitted(text, width)
        return String(repeating: " ", count: max(0, width - cut.count)) + cut
    }

    private static func fitted(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }
}
