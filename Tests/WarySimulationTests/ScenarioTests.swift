import Testing
import WarySimulation
import WaryVocabulary

@Suite struct ScenarioTests {
    private let midnight = Instant(milliseconds: 1_768_435_200_000)

    @Test func theSameSeedTellsTheSameStory() {
        let first = Scenario(seed: 7, people: 40).dayWithAttacks(starting: midnight)
        let second = Scenario(seed: 7, people: 40).dayWithAttacks(starting: midnight)
        #expect(first.map(\.at) == second.map(\.at))
        #expect(first.map(\.fields) == second.map(\.fields))
        #expect(first.map(\.fields) != Scenario(seed: 8, people: 40).dayWithAttacks(starting: midnight).map(\.fields))
    }

    @Test func theDayIsInOrderAndHoldsEveryAttack() {
        let day = Scenario(seed: 7, people: 60).dayWithAttacks(starting: midnight)
        #expect(zip(day, day.dropFirst()).allSatisfy { $0.at <= $1.at })
        let actors = Set(day.map(\.actor))
        #expect(actors == [.owner, .stuffing, .spraying, .naive, .vpn, .targeted, .phished, .lowAndSlow])
    }

    @Test func everyAddressHasAPlace() {
        let scenario = Scenario(seed: 7, people: 60)
        for attempt in scenario.past(days: 3, before: midnight) + scenario.dayWithAttacks(starting: midnight) {
            #expect(attempt.fields.ip.flatMap(scenario.world.block(of:)) != nil)
        }
    }

    @Test func thePastHoldsOwnersOnly() {
        let past = Scenario(seed: 7, people: 30).past(days: 10, before: midnight)
        #expect(!past.isEmpty)
        #expect(past.allSatisfy { $0.actor == .owner && $0.at < midnight })
    }
}
