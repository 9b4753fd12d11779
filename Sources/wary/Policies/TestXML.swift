import WaryEngine

/// The outcome of tests in JUnit's XML, which build servers read.
struct TestXML {
    let runs: [TestRun]

    func print() {
        let results = runs.flatMap(\.results)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let broken = runs.count { $0.entry.hasErrors }
        lines.append("<testsuites tests=\"\(results.count)\" failures=\"\(results.count { !$0.passed })\" errors=\"\(broken)\">")
        for run in runs { lines += suite(run) }
        lines.append("</testsuites>")
        Swift.print(lines.joined(separator: "\n"))
    }

    private func suite(_ run: TestRun) -> [String] {
        let name = Self.escaped(run.entry.policy?.name ?? run.entry.path)
        let failures = run.results.count { !$0.passed }
        var lines = ["  <testsuite name=\"\(name)\" tests=\"\(run.results.count)\" failures=\"\(failures)\" errors=\"\(run.entry.hasErrors ? 1 : 0)\">"]
        if run.entry.hasErrors {
            let text = DiagnosticText(run.entry, errorsOnly: true).short.joined(separator: "\n")
            lines.append("    <testcase name=\"\(Self.escaped(run.entry.path))\"><error message=\"the policy has errors\">\(Self.escaped(text))</error></testcase>")
        }
        for result in run.results {
            let place = run.entry.place(of: result.range)
            let head = "    <testcase name=\"\(Self.escaped(result.name))\" classname=\"\(name)\" "
                + "file=\"\(Self.escaped(place.path))\" line=\"\(place.line)\""
            guard !result.passed else {
                lines.append(head + "/>")
                continue
            }
            let explanation = ExplanationText(result.explanation, on: Terminal.plain)
            let body = [explanation.heading(result.evaluation, indent: 0), explanation.rules(indent: 0)].joined(separator: "\n")
            lines.append(head + "><failure message=\"\(Self.escaped(result.message))\">\(Self.escaped(body))</failure></testcase>")
        }
        lines.append("  </testsuite>")
        return lines
    }

    /// Characters that XML 1.0 cannot hold become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
