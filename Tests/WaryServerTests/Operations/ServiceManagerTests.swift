import Foundation
import Testing
@testable import WaryServer

@Suite struct ServiceManagerTests {
    /// A datagram socket where a service manager would listen; what it has heard.
    private static func heard(_ name: String, _ body: (ServiceManager) -> Void) throws -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
        body(ServiceManager(environment: ["NOTIFY_SOCKET": name]))
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0 { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    @Test(arguments: [true, false])
    func itHearsHowWeAre(_ isAbstract: Bool) throws {
        let unique = "wary-notify-\(UInt32.random(in: 0...UInt32.max))"
        let name = isAbstract ? "@\(unique)" : FileManager.default.temporaryDirectory.appendingPathComponent(unique).path
        defer { if !isAbstract { unlink(name) } }
        let messages = try Self.heard(name) { manager in
            manager.ready("Deciding by p@1\nand more")
            manager.reloading()
            manager.isAlive()
            manager.stopping()
        }
        try #require(messages.count == 4)
        #expect(messages[0] == "READY=1\nSTATUS=Deciding by p@1 and more")
        #expect(messages[1].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        #expect(messages[2] == "WATCHDOG=1")
        #expect(messages[3] == "STOPPING=1")
    }

    @Test func withoutAManagerNothingHappens() {
        for name in ["", "relative", "/nonexistent/socket"] { ServiceManager(environment: ["NOTIFY_SOCKET": name]).ready("x") }
        let manager = ServiceManager(environment: [:])
        #expect(manager.sockets.isEmpty)
        #expect(manager.watchdog == nil)
    }

    @Test func socketsComeByName() {
        let given = ["LISTEN_PID": "77", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "decide:http"]
        #expect(ServiceManager(environment: given, pid: 77).sockets == ["decide": 3, "http": 4, "unknown": 5])
        #expect(ServiceManager(environment: given, pid: 78).sockets.isEmpty)
        #expect(ServiceManager(environment: given.merging(["LISTEN_FDS": "-1"]) { $1 }, pid: 77).sockets.isEmpty)
    }

    @Test func theWatchdogIsOursOnlyWhenItSaysSo() {
        #expect(ServiceManager(environment: ["WATCHDOG_USEC": "30000000"], pid: 7).watchdog == .seconds(30))
        #expect(ServiceManager(environment: ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], pid: 7).watchdog == nil)
        #expect(ServiceManager(environment: ["WATCHDOG_USEC": "0"], pid: 7).watchdog == nil)
    }
}
