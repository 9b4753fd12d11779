import WaryLanguage

/// Why a request is not served.
struct RequestFailure: Error {
    var code: Int
    var message: String

    /// The protocol's RequestFailed, unless another is given.
    init(_ message: String, code: Int = -32803) {
        self.code = code
        self.message = message
    }
}

/// The language server: a value that turns each message into its answers. It reads files that the policies it is asked
/// about include, and does no other I/O.
public struct LanguageServer: Sendable {
    private enum Phase { case new, running, down }

    private var phase = Phase.new
    private var workspace = Workspace()
    /// The files that problems were last reported in, by the policy that was analysed for them.
    private var reported: [String: Set<String>] = [:]
    private let version: String

    /// Set by `exit`: 0 after `shutdown`, 1 without.
    public private(set) var exitCode: Int32?

    /// `version` is what the server calls itself by.
    public init(version: String) { self.version = version }

    /// The answers to a message: replies and notifications, in order.
    public mutating func handle(_ message: JSON) -> [JSON] {
        guard let method = message["method"].string else { return [] }
        let id = message["id"]
        guard !id.isNull else { return notified(method, message["params"]) }
        do throws(RequestFailure) {
            return [["jsonrpc": "2.0", "id": id, "result": try respond(method, message["params"])]]
        } catch {
            return [["jsonrpc": "2.0", "id": id, "error": ["code": .int(error.code), "message": .string(error.message)]]]
        }
    }

    /// What is said of a message that is no JSON.
    public static let parseError: JSON = ["jsonrpc": "2.0", "id": nil, "error": ["code": -32700, "message": "the message is not JSON"]]

    // MARK: Notifications

    private mutating func notified(_ method: String, _ params: JSON) -> [JSON] {
        if method == "exit" {
            exitCode = phase == .down ? 0 : 1
            return []
        }
        guard phase == .running, let path = params["textDocument"]["uri"].string.flatMap(DocumentURI.path) else {
            if phase == .running, method == "workspace/didChangeWorkspaceFolders" { changeFolders(params["event"]) }
            if phase == .running, method == "workspace/didChangeWatchedFiles" {
                workspace.refresh()
                return workspace.open.keys.sorted().flatMap { problems(of: $0) }
            }
            return []
        }
        switch method {
        case "textDocument/didOpen":
            workspace.set(params["textDocument"]["text"].string ?? "", at: path)
            return problems(of: path)
        case "textDocument/didChange":
            for change in params["contentChanges"].array { workspace.change(change, at: path) }
            return problems(of: path)
        case "textDocument/didSave":
            workspace.refresh()
            return problems(of: path)
        case "textDocument/didClose":
            workspace.close(path)
            reported[path] = nil
            return [Self.publish(path, .array([]))]
        default:
            return []
        }
    }

    /// The problems of the policy that a file belongs to; files that had some and have none any more are cleared.
    private mutating func problems(of path: String) -> [JSON] {
        let analysis = workspace.analysis(of: path)
        let found = Problems(analysis: analysis).byFile()
        let earlier = reported[analysis.path] ?? []
        reported[analysis.path] = Set(found.filter { !$0.diagnostics.array.isEmpty || workspace.open[$0.path] != nil }.map(\.path))
        let current = found.filter { reported[analysis.path]?.contains($0.path) == true || earlier.contains($0.path) }
        let gone = earlier.subtracting(found.map(\.path)).sorted()
        return current.map { Self.publish($0.path, $0.diagnostics) } + gone.map { Self.publish($0, .array([])) }
    }

    private static func publish(_ path: String, _ diagnostics: JSON) -> JSON {
        ["jsonrpc": "2.0", "method": "textDocument/publishDiagnostics",
         "params": ["uri": .string(DocumentURI.uri(path)), "diagnostics": diagnostics]]
    }

    // MARK: Requests

    private mutating func respond(_ method: String, _ params: JSON) throws(RequestFailure) -> JSON {
        switch (method, phase) {
        case ("initialize", .new):
            phase = .running
            workspace.folders = Self.folders(params)
            return capabilities
        case (_, .new): throw RequestFailure("the server is not initialised", code: -32002)
        case ("initialize", _), (_, .down): throw RequestFailure("`\(method)` comes too late", code: -32600)
        case ("workspace/symbol", _):
            return WorkspaceSymbols(workspace: workspace).matching(params["query"].string ?? "")
        case ("shutdown", _):
            phase = .down
            return .null
        default: return try feature(method, params)
        }
    }

    /// What the client has open: several folders, or one, by either of its older names.
    private static func folders(_ params: JSON) -> [String] {
        let several = params["workspaceFolders"].array.compactMap { $0["uri"].string.flatMap(DocumentURI.path) }
        if !several.isEmpty { return several }
        return [params["rootUri"].string.flatMap(DocumentURI.path) ?? params["rootPath"].string].compactMap { $0 }
    }

    private mutating func changeFolders(_ event: JSON) {
        let gone = event["removed"].array.compactMap { $0["uri"].string.flatMap(DocumentURI.path) }
        workspace.folders.removeAll { gone.contains($0) }
        workspace.folders += event["added"].array.compactMap { $0["uri"].string.flatMap(DocumentURI.path) }
    }

    private var capabilities: JSON {
        ["capabilities": [
            "positionEncoding": "utf-16",
            "textDocumentSync": ["openClose": true, "change": 2, "save": true],
            "hoverProvider": true, "definitionProvider": true, "referencesProvider": true, "documentHighlightProvider": true,
            "documentSymbolProvider": true, "documentFormattingProvider": true, "inlayHintProvider": true,
            "renameProvider": ["prepareProvider": true], "workspaceSymbolProvider": true,
            "workspace": ["workspaceFolders": ["supported": true, "changeNotifications": true]],
            "completionProvider": ["triggerCharacters": [".", " ", "("], "resolveProvider": false],
            "codeActionProvider": ["codeActionKinds": ["quickfix"]],
            "codeLensProvider": ["resolveProvider": false],
        ], "serverInfo": ["name": "wary", "version": .string(version)]]
    }

    private mutating func feature(_ method: String, _ params: JSON) throws(RequestFailure) -> JSON {
        guard method.hasPrefix("textDocument/"), Self.features.contains(method) else {
            throw RequestFailure("there is no `\(method)` here", code: -32601)
        }
        guard let path = params["textDocument"]["uri"].string.flatMap(DocumentURI.path), workspace.open[path] != nil else {
            throw RequestFailure("the document is not open", code: -32602)
        }
        let analysis = workspace.analysis(of: path)
        guard let tree = analysis.tree(at: path) else { return .null }
        let position = params["position"]
        switch method {
        case "textDocument/hover": return Hover(analysis: analysis, tree: tree).at(position)
        case "textDocument/completion": return Completion(analysis, tree.file, at: position).items()
        case "textDocument/definition": return Navigation(analysis: analysis, tree: tree).definition(position)
        case "textDocument/references":
            let includesDeclaration = params["context"]["includeDeclaration"].bool ?? true
            return Navigation(analysis: analysis, tree: tree).references(position, includesDeclaration: includesDeclaration)
        case "textDocument/documentHighlight": return Navigation(analysis: analysis, tree: tree).highlights(position)
        case "textDocument/prepareRename": return Navigation(analysis: analysis, tree: tree).prepareRename(position)
        case "textDocument/rename":
            return try Navigation(analysis: analysis, tree: tree).rename(position, to: params["newName"].string ?? "")
        case "textDocument/documentSymbol": return Outline(analysis: analysis, tree: tree).symbols()
        case "textDocument/formatting": return Outline(analysis: analysis, tree: tree).formatting()
        case "textDocument/codeLens": return Outline(analysis: analysis, tree: tree).lenses()
        case "textDocument/inlayHint": return Outline(analysis: analysis, tree: tree).hints()
        default: return Problems(analysis: analysis).actions(in: tree.file, params["range"])
        }
    }

    private static let features: Set<String> = [
        "textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/references", "textDocument/documentHighlight",
        "textDocument/prepareRename", "textDocument/rename", "textDocument/documentSymbol", "textDocument/formatting", "textDocument/codeLens",
        "textDocument/inlayHint", "textDocument/codeAction",
    ]
}
