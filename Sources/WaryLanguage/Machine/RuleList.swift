/// Rules by their index, in the order of declaration. The first eight lie in the value itself: a decision that meets no more
/// allocates nothing for them.
public struct RuleList: RandomAccessCollection, Equatable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// Four rules each, sixteen bits a rule.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var nearCount = 0
    /// Those after the eighth, and after one whose number takes more bits; nil, which costs no counting of references, where
    /// there are none.
    private var far: [Int]?

    public init() {}

    public init(_ rules: some Sequence<Int>) { for rule in rules { append(rule) } }

    public init(arrayLiteral rules: Int...) { self.init(rules) }

    public mutating func append(_ rule: Int) {
        if far != nil || nearCount == 8 || rule > 0xffff {
            far = far ?? []
            far?.append(rule)
            return
        }
        let word = UInt64(rule) << UInt64((nearCount & 3) * 16)
        if nearCount < 4 { first |= word } else { second |= word }
        nearCount += 1
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { nearCount + (far?.count ?? 0) }

    public subscript(position: Int) -> Int {
        if position < nearCount { return Int((position < 4 ? first : second) >> UInt64((position & 3) * 16) & 0xffff) }
        return (far ?? [])[position - nearCount]
    }

    public var description: String { Array(self).description }
}
