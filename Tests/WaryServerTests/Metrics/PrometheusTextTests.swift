import Testing
@testable import WaryServer

@Suite struct PrometheusTextTests {
    @Test func countersAndGaugesAreWrittenWithHelpTypeAndLabels() {
        let registry = MetricsRegistry()
        let decisions = registry.counters("decisions_total", "Decisions.", labels: "policy", "decision")
        decisions.with("p", "deny").add()
        decisions.with("p", "allow").add(41)
        decisions.with("p", "allow").add()
        registry.gauge("depth", "How deep.").set(-0.5)
        #expect(registry.text() == """
            # HELP decisions_total Decisions.
            # TYPE decisions_total counter
            decisions_total{policy="p",decision="allow"} 42
            decisions_total{policy="p",decision="deny"} 1
            # HELP depth How deep.
            # TYPE depth gauge
            depth -0.5

            """)
    }

    @Test func labelsAndHelpAreEscaped() {
        let registry = MetricsRegistry()
        registry.counters("odd_total", "A \\ and\na line.", labels: "name").with("a\"b\\c\nd").add()
        #expect(registry.text().contains(#"odd_total{name="a\"b\\c\nd"} 1"#))
        #expect(registry.text().contains(#"# HELP odd_total A \\ and\na line."#))
    }

    @Test func histogramsAreCumulativeAndBoundsAreInclusive() {
        let histogram = Histogram(Histogram.Scale(bounds: [10, 20], divisor: 10))
        for value: UInt64 in [1, 10, 11, 20, 21, 1000] { histogram.observe(value) }
        var text = PrometheusText()
        histogram.write("h", MetricLabels(names: ["stage"], values: ["s"]), to: &text)
        #expect(text.text == """
            h_bucket{stage="s",le="1"} 2
            h_bucket{stage="s",le="2"} 4
            h_bucket{stage="s",le="+Inf"} 6
            h_sum{stage="s"} 106.3
            h_count{stage="s"} 6

            """)
    }

    @Test func durationsAreCountedInSeconds() {
        let histogram = Histogram(.latency)
        histogram.observe(.microseconds(3))
        histogram.observe(.seconds(60))
        histogram.observe(.seconds(-1))
        var text = PrometheusText()
        histogram.write("h", MetricLabels(names: [], values: []), to: &text)
        #expect(text.text.contains("h_bucket{le=\"2.5e-06\"} 1\n"))
        #expect(text.text.contains("h_bucket{le=\"5e-06\"} 2\n"))
        #expect(text.text.contains("h_bucket{le=\"10\"} 2\n"))
        #expect(text.text.contains("h_sum 60.000003\n"))
        #expect(histogram.count == 3)
    }

    @Test func numbersReadAsPrometheusWantsThem() {
        #expect(PrometheusText.number(.infinity) == "+Inf")
        #expect(PrometheusText.number(-.infinity) == "-Inf")
        #expect(PrometheusText.number(.nan) == "NaN")
        #expect(PrometheusText.number(3) == "3")
        #expect(PrometheusText.number(0.25) == "0.25")
    }
}

@Suite struct MetricsRegistryTests {
    @Test func manyThreadsLoseNothing() async {
        let counter = Counter(), gauge = Gauge(), histogram = Histogram(.size)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.add()
                        gauge.add(1)
                        histogram.observe(4)
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(gauge.value == 80_000)
        #expect(histogram.count == 80_000)
    }

    @Test func combinationsOfLabelsAreBounded() {
        let family = MetricsRegistry().counters("c_total", "Help.", labels: "a", "b")
        for number in 0..<(ServerLimits.metricCombinations + 10) { family.with("\(number)", "x").add() }
        #expect(family.with("other", "other").value == 10)
        #expect(family.with("5", "x").value == 1)
    }

    @Test func whatIsGoneIsNoLongerTold() {
        let registry = MetricsRegistry()
        let family = registry.gauges("policy_info", "Help.", labels: "policy")
        family.with("old").set(1)
        family.with("new").set(1)
        family.remove { $0 == ["old"] }
        #expect(!registry.text().contains("old"))
        #expect(registry.text().contains("new"))
    }

    @Test func readingsAreTakenWhenAskedFor() {
        let registry = MetricsRegistry()
        let depth = Gauge()
        registry.reading("depth", "Help.") { depth.value }
        registry.reading("absent", "Help.") { nil }
        depth.set(7)
        #expect(registry.text().contains("\ndepth 7\n"))
        #expect(!registry.text().contains("\nabsent "))
    }
}
