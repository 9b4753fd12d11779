/// Elements that lie still in memory, copied once when a machine is made: its loop reaches one by its number, without
/// counting references and without a copy. Its owner frees it, and nobody reaches it after.
struct Table<Element> {
    private let base: UnsafeMutablePointer<Element>
    private let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        base = .allocate(capacity: max(1, count))
        for (index, element) in elements.enumerated() { (base + index).initialize(to: element) }
    }

    func free() {
        base.deinitialize(count: count)
        base.deallocate()
    }

    var start: UnsafePointer<Element> { UnsafePointer(base) }

    /// The program's compiler gives out the numbers: they are below `count`.
    subscript(index: Int32) -> Element {
        @inline(__always) unsafeAddress { UnsafePointer(base + Int(index)) }
    }
}
