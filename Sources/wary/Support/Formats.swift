import ArgumentParser
import WaryServer

/// How a command prints what it found.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case human, json
}

/// Prints lines for programs: JSON as the API has it.
func printJSON(_ write: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(capacity: 4096)
    write(&writer)
    print(String(decoding: writer.bytes, as: UTF8.self))
}

extension JSONWriter {
    mutating func object(_ members: (inout JSONWriter) -> Void) {
        openObject()
        members(&self)
        closeObject()
    }

    mutating func array<Elements: Sequence>(_ elements: Elements, _ write: (Elements.Element, inout JSONWriter) -> Void) {
        openArray()
        for element in elements { write(element, &self) }
        closeArray()
    }

    mutating func member(_ name: String, _ value: String) {
        key(name)
        text(value)
    }

    mutating func member(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        array(values) { $1.text($0) }
    }
}
