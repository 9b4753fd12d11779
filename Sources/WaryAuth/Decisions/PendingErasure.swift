import Logging
import WaryVocabulary

/// An erasure that the engine still owes: written in the transaction that erases the account here, and taken away when the
/// engine has forgotten it, too.
struct PendingErasure: StoredRecord {
    /// What the engine knows the account by.
    let account: String

    static var table: Table { .erasure }
    var key: [String] { [account] }
}

extension AuthService {
    /// Has the engine forget what it is to forget. What fails stays owed and is tried again by `keepHouse`.
    func carryOutErasures() async throws(AuthError) {
        for owed in try vault.all(PendingErasure.self) {
            do throws(DecisionFailure) {
                try await decisions.erase(account: owed.account)
            } catch {
                logger.warning("the engine has not erased an account yet; it is asked again")
                continue
            }
            try vault.write { records throws(AuthError) in try records.remove(owed) }
        }
    }
}
