import Foundation
import Yams

// openapi-embedder DESCRIPTION.yaml SOURCE.swift: writes the description, as JSON, into a Swift source.

struct Failure: Error, CustomStringConvertible { let description: String }

guard CommandLine.arguments.count == 3 else { throw Failure(description: "usage: openapi-embedder DESCRIPTION.yaml SOURCE.swift") }
let yaml = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
guard let document = try Yams.load(yaml: yaml) as? [String: Any] else { throw Failure(description: "the description is no mapping") }
let json = String(decoding: try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
guard !json.contains("\"###") else { throw Failure(description: "the description holds \"###, which ends the literal it is put in") }
let source = """
    /// Docs/openapi.yaml as JSON.
    enum OpenAPIText {
        static let json = ###"\(json)"###
    }

    """
try source.write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
