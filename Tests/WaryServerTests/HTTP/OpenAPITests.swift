import Foundation
import Testing
import Yams
@testable import WaryServer

@Suite struct OpenAPITests {
    static func document() throws -> [String: Any] {
        try #require(try Yams.load(yaml: try Repository.text("Docs/openapi.yaml")) as? [String: Any])
    }

    static func routes() throws -> [HTTPRoute] {
        HTTPRoutes(backend: ScriptedBackend(), metrics: ServerMetrics(version: "test")).all + (try AuthBench().routes.all.map(\.http))
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() throws {
        let paths = try #require(try Self.document()["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, item in item.keys.map { "\($0.uppercased()) \(path)" } })
        #expect(described == Set(try Self.routes().map { "\($0.method) \($0.pattern)" }))
    }

    @Test func operationsAndScopesAreTheRoutesOwn() throws {
        let paths = try #require(try Self.document()["paths"] as? [String: [String: Any]])
        for route in try Self.routes() {
            let item = try #require(paths[route.pattern]?[route.method.lowercased()] as? [String: Any])
            #expect(item["operationId"] as? String == route.operation)
            let text = item["description"] as? String ?? ""
            #expect((item["requestBody"] == nil) || route.method != "GET", "\(route.pattern)")
            if let scope = route.scope {
                #expect(text.contains("Scope: `\(scope.rawValue)`"), "\(route.pattern)")
                #expect((item["responses"] as? [String: Any])?["401"] != nil, "\(route.pattern)")
            } else {
                #expect(item["security"] != nil, "\(route.pattern) is open to all and should say so")
            }
        }
    }

    /// What the program serves is the file, put into it by the build.
    @Test func theServedTextIsTheFile() throws {
        let served = try JSONSerialization.jsonObject(with: Data(OpenAPIText.json.utf8))
        #expect(try Self.canonical(served) == Self.canonical(try Self.document()))
    }

    @Test func bodiesHaveTheWiresFields() throws {
        let schemas = try #require((try Self.document()["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        for (schema, operation) in [("Attempt", Operation.decide), ("Report", .report), ("LabelReport", .label), ("Event", .event)] {
            let described = try #require(schemas[schema]?["properties"] as? [String: Any])
            let known = operation.fields.fields.map { "\($0.name)" }.filter { $0 != "op" }
            #expect(Set(described.keys) == Set(known), "\(schema)")
        }
    }

    @Test func itIsServed() async throws {
        try await HTTPFixture.with { http async throws in
            let response = try await http.client.send("GET", "/openapi.json")
            #expect(response.status == 200)
            #expect(try HTTPFixture.object(response.body)["openapi"] as? String == "3.1.0")
        }
    }

    /// One spelling for equal documents, whichever parser read them.
    private static func canonical(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .prettyPrinted]), as: UTF8.self)
    }
}
