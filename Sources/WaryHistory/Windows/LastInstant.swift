/// When an event last happened: `elapsed`. One word.
enum LastInstant {
    static func add(_ instant: Int64, to section: inout Section) {
        let word = Stamp.pack(instant)
        if section.isEmpty { section.append(word) } else { section[0] = max(section[0], word) }
    }

    static func instant(in section: Section) -> Int64? { section.isEmpty ? nil : Stamp.milliseconds(section[0]) }
}
