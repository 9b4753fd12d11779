/// Codes on paper for the day when everything else is lost: ten, 80 bits each, each good once.
enum RecoveryCodes {
    static let count = 10

    /// `ABCD-EFGH-IJKL-MNOP`, in base32: no 0 and 1 to take for O and I.
    static func make() -> [String] {
        (0..<count).map { _ in
            let text = Array(TextForm.base32(SecureRandom.bytes(10)))
            return stride(from: 0, to: 16, by: 4).map { String(text[$0..<$0 + 4]) }.joined(separator: "-")
        }
    }

    /// They are random enough for a keyed hash: nobody guesses 80 bits, however fast.
    static func hash(_ code: String, account: String, _ keys: AuthKeys) -> String {
        TextForm.base64URL(keys.code(.oneTimeCodes, "recovery code", account, code.uppercased().filter { $0 != "-" && !$0.isWhitespace }))
    }
}
