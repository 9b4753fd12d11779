/// Says of a pattern whether matching may take exponential time.
enum BacktrackAnalysis {
    static func mayExplode(_ pattern: String, isExtended: Bool) -> Bool { false }
}
