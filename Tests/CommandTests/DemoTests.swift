import Foundation
import Testing

@Suite struct DemoTests {
    @Test func theDayIsPlayedAndSummedUp() throws {
        let result = try WaryProgram.run(["demo", "--people", "20", "--seed", "5"])
        #expect(result.status == 0, "\(result.errors)")
        for word in ["Learned 30 days", "Thursday, 15 January", "stuffing", "spraying", "owners", "median"] {
            #expect(result.output.contains(word), "\(word) is missing in \(result.output)")
        }
        #expect(!result.output.contains("\u{1B}["), "no colour where there is no terminal")
    }

    @Test func theSameSeedGivesTheSameDecisions() throws {
        let runs = try (0..<2).map { _ in
            try WaryProgram.run(["demo", "--people", "15", "--seed", "9"]).output
                .components(separatedBy: "How long the app waited")[0]
                .split(separator: "\n").filter { !$0.hasPrefix("Learned") }
        }
        #expect(runs[0] == runs[1])
    }

    @Test func wrongUsageIsTold() throws {
        let result = try WaryProgram.run(["demo", "--people", "3"])
        #expect(result.status == 2)
        #expect(result.errors.contains("from 10 to 1000"))
    }
}
