import Foundation
import Logging
import WaryEngine
import WaryVocabulary

/// One JSON object a line on the error stream: `{"time":…,"level":…,"message":…,…}`. Identifiers and inputs are never
/// given to it.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]

    public init(level: Logger.Level) { logLevel = level }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var writer = JSONWriter(capacity: 256)
        writer.openObject()
        writer.key("time")
        writer.text(WallClock.now().description)
        writer.key("level")
        writer.text(event.level.rawValue)
        writer.key("message")
        writer.text(event.message.description)
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            Self.write(value, &writer)
        }
        writer.closeObject()
        writer.newline()
        FileHandle.standardError.write(Data(writer.bytes))
    }

    private static func write(_ value: Logger.Metadata.Value, _ writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.text(text)
        case .stringConvertible(let number as Int): writer.integer(number)
        case .stringConvertible(let flag as Bool): writer.bool(flag)
        case .stringConvertible(let other): writer.text(other.description)
        case .array(let values):
            writer.openArray()
            for value in values { write(value, &writer) }
            writer.closeArray()
        case .dictionary(let members):
            writer.openObject()
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                write(value, &writer)
            }
            writer.closeObject()
        }
    }
}
