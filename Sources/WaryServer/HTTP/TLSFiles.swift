import NIOSSL
import Synchronization

/// The certificate and key that TLS is spoken with.
public struct TLSFiles: Sendable, Hashable {
    /// PEM: the server's certificate first, then those that lead to a root.
    public var certificates: String
    /// PEM; not readable by others.
    public var key: String
    /// PEM of the authorities whose clients are let in; nil asks clients for no certificate.
    public var clientAuthorities: String?

    public init(certificates: String, key: String, clientAuthorities: String? = nil) {
        self.certificates = certificates
        self.key = key
        self.clientAuthorities = clientAuthorities
    }

    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        public var path: String
        public var message: String
        public var description: String { "\(path): \(message)" }
    }

    /// All of the files.
    var paths: [String] { [certificates, key] + [clientAuthorities].compactMap(\.self) }

    /// TLS 1.2 and 1.3 with these files as they are now.
    func context() throws(Failure) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(certificates) } catch {
            throw Failure(path: certificates, message: "no certificates in PEM can be read from it")
        }
        guard !chain.isEmpty else { throw Failure(path: certificates, message: "it holds no certificate") }
        let privateKey: NIOSSLPrivateKey
        do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
            throw Failure(path: key, message: "no private key in PEM can be read from it")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let clientAuthorities {
            configuration.trustRoots = .file(clientAuthorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw Failure(path: certificates, message: "the certificate, the key and the authorities do not fit together")
        }
    }
}

/// What new connections speak TLS with; exchanged while old ones go on.
final class TLSContext: Sendable {
    private let files: TLSFiles
    private let context: Mutex<NIOSSLContext>

    init(_ files: TLSFiles) throws(TLSFiles.Failure) {
        self.files = files
        context = Mutex(try files.context())
    }

    var current: NIOSSLContext { context.withLock { $0 } }

    func reload() throws(TLSFiles.Failure) {
        let fresh = try files.context()
        context.withLock { $0 = fresh }
    }
}
