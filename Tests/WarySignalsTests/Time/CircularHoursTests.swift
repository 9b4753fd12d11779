import Foundation
import Testing
import WarySignals

struct CircularHoursTests {
    @Test(.enabled(if: SharedData.isThere)) func golden() throws {
        let cases = try #require((SharedData.json("golden/circular-hours.json") as? [String: Any])?["cases"] as? [[String: Any]])
        #expect(cases.count == 8)
        for golden in cases {
            let name = try #require(golden["name"] as? String), hours = try #require(golden["hours"] as? [Double])
            let circle = CircularHours(hours)
            #expect(abs(circle.resultant - (golden["R"] as? Double ?? -1)) < 1e-12, "\(name)")
            if let mean = golden["mean_hour"] as? Double {
                #expect(abs((circle.mean ?? -1) - mean) < 1e-9, "\(name)")
            } else {
                #expect(circle.mean == nil, "\(name)")
            }
            if let kappa = golden["kappa_mle"] as? Double {
                #expect(abs((circle.concentration ?? -1) - kappa) < 1e-7 * kappa, "\(name)")
            } else {
                #expect(circle.concentration == nil, "\(name)")
            }
            for (hour, expected) in golden["density_per_hour"] as? [String: Double] ?? [:] {
                let density = try #require(circle.density(atHour: Double(hour) ?? 0))
                #expect(abs(density - expected) <= 1e-7 * expected, "\(name) at \(hour)")
            }
        }
    }

    @Test func nothingAtAll() {
        #expect(CircularHours([]).mean == nil)
        #expect(CircularHours([]).concentration == nil)
    }
}
