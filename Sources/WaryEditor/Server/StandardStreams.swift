import Foundation

/// Serves one editor over the standard streams, until it says `exit` or hangs up.
public enum StandardStreams {
    /// The exit code: the server's own, or 1 where the stream ends or cannot be read.
    public static func serve(_ server: LanguageServer) -> Int32 {
        var server = server
        var framing = MessageFraming()
        let input = FileHandle.standardInput, output = FileHandle.standardOutput
        while true {
            let data = input.availableData
            guard !data.isEmpty else { return 1 }
            framing.receive(data)
            do throws(MessageFraming.Fault) {
                while true {
                    let replies: [JSON]
                    do throws(MessageFraming.Fault) {
                        guard let message = try framing.next() else { break }
                        replies = server.handle(message)
                    } catch .json {
                        replies = [LanguageServer.parseError]
                    }
                    for reply in replies { output.write(Data(MessageFraming.framed(reply))) }
                    if let code = server.exitCode { return code }
                }
            } catch {
                return 1
            }
        }
    }
}
