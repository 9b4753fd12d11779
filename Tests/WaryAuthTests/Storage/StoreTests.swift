import Foundation
import Testing
@testable import WaryAuth

/// What every store promises.
@Suite struct StoreTests {
    private func withStores(_ body: (any AccountStore) throws -> Void) throws {
        try body(MemoryStore())
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-accounts-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(try AccountFolder(path))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
    }

    @Test func keepsInOrderAndUndoes() throws {
        try withStores { store in
            try store.write { writer throws(AuthError) in
                for byte in [3, 1, 2] as [UInt8] { try writer.put([byte], at: [7, byte]) }
                try writer.put([], at: [8])
            }
            #expect(try store.read { reader throws(AuthError) in try reader.entries(under: [7], limit: 9).map(\.value) } == [[1], [2], [3]])
            #expect(try store.read { reader throws(AuthError) in try reader.entries(under: [7], limit: 2).count } == 2)
            #expect(try store.read { reader throws(AuthError) in try reader.value(of: [8]) } == [])
            #expect(throws: AuthError.denied) {
                try store.write { writer throws(AuthError) in
                    try writer.remove([7, 1])
                    try writer.put([9], at: [7, 2])
                    #expect(try writer.value(of: [7, 2]) == [9])
                    throw AuthError.denied
                }
            }
            #expect(try store.read { reader throws(AuthError) in try reader.entries(under: [7], limit: 9).map(\.value) } == [[1], [2], [3]])
            try store.write { writer throws(AuthError) in
                try writer.remove([7, 1])
                try writer.remove([9, 9])
            }
            #expect(try store.read { reader throws(AuthError) in try reader.value(of: [7, 1]) } == nil)
        }
    }

    @Test func writersTakeTurns() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("wary-accounts-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for store in [MemoryStore(), try AccountFolder(path)] as [any AccountStore] {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<25 {
                            try? store.write { writer throws(AuthError) in
                                let count = try writer.value(of: [1])?.first ?? 0
                                try writer.put([count + 1], at: [1])
                            }
                        }
                    }
                }
            }
            #expect(try store.read { reader throws(AuthError) in try reader.value(of: [1]) } == [200])
        }
    }

    @Test func anotherSecretIsNoticed() throws {
        let store = MemoryStore()
        let keys = AuthKeys.ephemeral()
        try Vault(store: store, keys: keys, limits: .standard).checkKeys()
        try Vault(store: store, keys: keys, limits: .standard).checkKeys()
        #expect(throws: AuthError.self) { try Vault(store: store, keys: .ephemeral(), limits: .standard).checkKeys() }
    }
}
