import Foundation
import WaryServer

/// The series of measurements, each beside the floor of the same run.
struct Bench {
    struct Figure {
        var name: String
        var outcome: LoadGenerator.Outcome
        /// The floor's, with the same load.
        var floor: LoadGenerator.Outcome?
    }

    let policies: [String]
    let positions: [String]
    /// The `wary` whose server is measured; nil for this one.
    let program: String?
    let seconds: Double
    let warm: Int
    let requests: BenchRequests
    let progress: Bool

    func run() throws -> [Figure] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wary-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let echo = try BenchProcess.echo(folder.appendingPathComponent("echo.sock").path)
        defer { echo.stop() }
        let loads: [(name: String, connections: Int, depth: Int)] = [
            ("1 connection", 1, 1), ("64 connections", 64, 1), ("64 × 16 pipelined", 64, 16),
        ]
        let floors = try loads.map { try measure("echo", echo.socket, $0.connections, .closed(depth: $0.depth)) }
        var figures = zip(loads, floors).map { Figure(name: "echo, \($0.name)", outcome: $1) }
        for (durability, name) in [("interval 50ms", "interval"), ("commit", "commit")] {
            let server = try serve(folder, durability, name)
            defer { server.stop() }
            var peak = 0.0
            for (load, floor) in zip(loads, floors) {
                let outcome = try measure(name, server.socket, load.connections, .closed(depth: load.depth))
                if load.depth == 1 { peak = max(peak, outcome.rate) }
                figures.append(Figure(name: "\(name), \(load.name)", outcome: outcome, floor: floor))
            }
            let open = try measure(name, server.socket, 64, .open(rate: peak * 0.7))
            figures.append(Figure(name: "\(name), open loop at 70 %", outcome: open))
        }
        return figures
    }

    private func serve(_ folder: URL, _ durability: String, _ name: String) throws -> BenchProcess {
        let data = folder.appendingPathComponent(name).path
        let server = try BenchProcess.server(
            data: data, policies: policies, positions: positions, durability: durability, program: program)
        guard warm > 0 else { return server }
        say("warming \(name)")
        let generator = try LoadGenerator(path: server.socket, connections: 64, requests: requests)
        var sent = 0
        while sent < warm { sent += try generator.run(.closed(depth: 16), seconds: 0.5).answers }
        return server
    }

    private func measure(_ name: String, _ socket: String, _ connections: Int, _ pace: LoadGenerator.Pace) throws
        -> LoadGenerator.Outcome {
        say("measuring \(name), \(connections) connection\(connections == 1 ? "" : "s")")
        return try LoadGenerator(path: socket, connections: connections, requests: requests).run(pace, seconds: seconds)
    }

    private func say(_ text: String) {
        if progress, Terminal.error.isTerminal { FileHandle.standardError.write(Data("\r\(text)\u{1B}[K\r".utf8)) }
    }
}

/// A server of the bench's own, in a process of its own.
struct BenchProcess {
    let socket: String
    private let process: Process

    static func echo(_ path: String) throws -> BenchProcess { try BenchProcess(["bench", "--echo", path], socket: path) }

    static func server(data: String, policies: [String], positions: [String], durability: String,
                       program: String?) throws -> BenchProcess {
        let lists = policies.flatMap { ["--policies", $0] } + positions.flatMap { ["--positions", $0] }
        return try BenchProcess(["serve", "--data", data, "--durability", durability, "--log-level", "error"] + lists,
                                socket: data + "/decide.sock", program: program)
    }

    private init(_ arguments: [String], socket: String, program: String? = nil) throws {
        self.socket = socket
        process = Process()
        process.executableURL = URL(fileURLWithPath: program ?? "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        for _ in 0..<500 {
            if (try? LineClient(socket)) != nil { return }
            guard process.isRunning else { break }
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.terminate()
        throw LoadGenerator.Failure(description: "the server of the bench does not start: wary \(arguments.joined(separator: " "))")
    }

    func stop() {
        kill(process.processIdentifier, process.arguments?.first == "bench" ? SIGKILL : SIGTERM)
        process.waitUntilExit()
    }
}
