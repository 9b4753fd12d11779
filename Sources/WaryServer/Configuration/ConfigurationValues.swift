/// The values by what they are.
struct ConfigurationValues {
    private let reader: ConfigurationReader

    init(_ reader: ConfigurationReader) { self.reader = reader }

    subscript(key: ConfigurationKey) -> ConfigurationValue? { reader.values[key] }

    func text(_ key: ConfigurationKey) -> String? {
        if case .text(let text) = self[key] { text } else { nil }
    }

    func list(_ key: ConfigurationKey) -> [String] {
        if case .texts(let texts) = self[key] { texts } else { [] }
    }

    func integer(_ key: ConfigurationKey) -> Int64? {
        if case .integer(let value) = self[key] { value } else { nil }
    }

    func required(_ key: ConfigurationKey) throws(ConfigurationError) -> String {
        guard let text = text(key) else { throw missing(key) }
        return text
    }

    func requiredList(_ key: ConfigurationKey) throws(ConfigurationError) -> [String] {
        guard case let texts = list(key), !texts.isEmpty else { throw missing(key) }
        return texts
    }

    private func missing(_ key: ConfigurationKey) -> ConfigurationError {
        ConfigurationError("", "\(key.rawValue) is not set: give it in the file, as --\(key.flag) or in \(key.variable)")
    }
}
