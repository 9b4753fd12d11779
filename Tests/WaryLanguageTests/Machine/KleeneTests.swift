import Testing
import WaryLanguage
import WaryVocabulary

/// Every combination of true, false and unknown, for every shape of up to four atoms.
@Suite struct Kleene {
    private struct Shape {
        let text: String
        let value: ([Bool?]) -> Bool?
    }

    private static func and(_ a: Bool?, _ b: Bool?) -> Bool? {
        if a == false || b == false { return false }
        return a == nil || b == nil ? nil : true
    }

    private static func or(_ a: Bool?, _ b: Bool?) -> Bool? {
        if a == true || b == true { return true }
        return a == nil || b == nil ? nil : false
    }

    private static let atoms = ["a", "b", "c", "d"]

    private struct Operation {
        let isAnd: Bool
        init(_ bits: Int, _ place: Int) { isAnd = (bits >> place) & 1 == 0 }
        var name: String { isAnd ? "and" : "or" }
        func apply(_ a: Bool?, _ b: Bool?) -> Bool? { isAnd ? Kleene.and(a, b) : Kleene.or(a, b) }
    }

    private struct Atom {
        let index: Int
        let isNegated: Bool
        init(_ bits: Int, _ index: Int) {
            self.index = index
            isNegated = (bits >> (3 + index)) & 1 == 1
        }
        var text: String { isNegated ? "(not \(Kleene.atoms[index]))" : Kleene.atoms[index] }
        func value(_ values: [Bool?]) -> Bool? {
            guard let value = values[index] else { return nil }
            return value != isNegated
        }
    }

    /// Two shapes of tree, each operator and each negation.
    private static var shapes: [Shape] {
        var shapes: [Shape] = []
        for bits in 0..<128 {
            let (o1, o2, o3) = (Operation(bits, 0), Operation(bits, 1), Operation(bits, 2))
            let (a, b, c, d) = (Atom(bits, 0), Atom(bits, 1), Atom(bits, 2), Atom(bits, 3))
            shapes.append(Shape(text: "(\(a.text) \(o1.name) \(b.text)) \(o2.name) (\(c.text) \(o3.name) \(d.text))",
                                value: { v in o2.apply(o1.apply(a.value(v), b.value(v)), o3.apply(c.value(v), d.value(v))) }))
            shapes.append(Shape(text: "\(a.text) \(o1.name) (\(b.text) \(o2.name) (\(c.text) \(o3.name) \(d.text)))",
                                value: { v in o1.apply(a.value(v), o2.apply(b.value(v), o3.apply(c.value(v), d.value(v)))) }))
        }
        return shapes
    }

    @Test func allTables() throws {
        let shapes = Self.shapes
        var text = Self.atoms.map { "input \($0): bool\n" }.joined()
        for (index, shape) in shapes.enumerated() { text += "rule r\(index) { when \(shape.text) unknown skip score 1 }\n" }
        var machine = PolicyMachine(try compiled(policy(text)))
        let truths: [Bool?] = [true, false, nil]
        for a in truths { for b in truths { for c in truths { for d in truths {
            let values = [a, b, c, d]
            var source = ScriptedSource()
            for (name, value) in zip(Self.atoms, values) { source.inputs[name] = value.map { .known(.bool($0)) } ?? .unknown(.notSent) }
            let answer = machine.evaluate(&source)
            let fired = Set(answer.fired), unknown = Set(answer.unknown)
            for (index, shape) in shapes.enumerated() {
                let got: Bool? = fired.contains(index) ? true : unknown.contains(index) ? nil : false
                if got != shape.value(values) { Issue.record("\(shape.text) on \(values): \(String(describing: got))") }
            }
        } } } }
    }
}
