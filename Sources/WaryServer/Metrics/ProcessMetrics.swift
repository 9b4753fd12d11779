import Foundation

/// The process's own numbers under the names that Prometheus clients share, read from `/proc` when asked for.
enum ProcessMetrics {
    static func register(in registry: MetricsRegistry) {
        registry.reading("process_cpu_seconds_total", "CPU time in user and system mode.", kind: .counter) {
            statistics().map { Double($0.ticks) / ticksPerSecond }
        }
        registry.reading("process_start_time_seconds", "When the process started, in Unix time.") {
            statistics().flatMap { own in bootTime().map { $0 + Double(own.started) / ticksPerSecond } }
        }
        registry.reading("process_resident_memory_bytes", "Memory in use.") {
            statistics().map { Double($0.pages) * Double(sysconf(Int32(_SC_PAGESIZE))) }
        }
        registry.reading("process_open_fds", "Open file descriptors.") {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
        }
        registry.reading("process_max_fds", "The most file descriptors that may be open.") {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
            return Double(limit.rlim_cur)
        }
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    private struct Statistics {
        var ticks: UInt64
        var started: UInt64
        var pages: UInt64
    }

    /// The fields of `/proc/self/stat` behind the program's name, which may hold spaces and brackets itself.
    private static func statistics() -> Statistics? {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
              let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
              let started = UInt64(fields[19]), let pages = UInt64(fields[21]) else { return nil }
        return Statistics(ticks: user + system, started: started, pages: pages)
    }

    private static func bootTime() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }
}
