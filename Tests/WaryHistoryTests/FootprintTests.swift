import Testing
import WaryVocabulary
@testable import WaryHistory

@Suite struct FootprintTests {
    private func measured(_ function: AggregateDefinition.Function, field: String? = nil, type: ValueType? = nil,
                          extent: AggregateDefinition.Extent = .within(milliseconds: 3_600_000)) -> ProfileFootprint {
        ProfileFootprint(measuring: .init(AggregateDefinition(function: function, field: field, fieldType: type, event: .login, keys: [.account],
                                                              extent: extent, text: "")))
    }

    @Test func aCountTakesAWordAnEventWhileItIsExact() {
        let count = measured(.count)
        // The word in front, the size to merge at, then one a event.
        #expect(count.oneEvent == 8 * 3 && count.exact == 8 * 130)
        #expect(count.busiest > count.exact && count.busiest < 8 * 1024)
    }

    @Test func aDistinctCountTakesMostAndABareInstantLeast() {
        let distinct = measured(.distinct, field: "ip", type: .ip)
        #expect(distinct.exact == 8 * (2 + 2 * 128))
        #expect(distinct.busiest > 8 * 2048)
        #expect(measured(.elapsed, extent: .ever).busiest == 16)
        #expect(measured(.sum, field: "amount", type: .decimal).exact == 8 * (2 + 2 * 128))
    }
}
