extension History {
    /// Keeps a text under a name, such as a policy's under its version; with the next commit. One that is there already
    /// under this name stays.
    public func keepText(_ text: [UInt8], named name: String) throws(HistoryError) {
        let key = Array(name.utf8)
        guard !options.isReadOnly, try journal.get(.texts, key) == nil else { return }
        journal.put(.texts, key, text)
    }

    /// Nil where none was kept under this name.
    public func text(named name: String) throws(HistoryError) -> [UInt8]? {
        try journal.get(.texts, Array(name.utf8))
    }
}
