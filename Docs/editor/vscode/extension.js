// Starts `wary lsp` and runs the tests that its code lenses name.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function program() {
  return vscode.workspace.getConfiguration("wary").get("path") || "wary";
}

function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("wary.runTest", (uri, name) => {
      const file = vscode.Uri.parse(uri).fsPath;
      // A task takes its arguments one by one: no shell reads the test's name.
      const task = new vscode.Task(
        { type: "wary" }, vscode.TaskScope.Workspace, name, "wary",
        new vscode.ProcessExecution(program(), ["test", file, "--filter", name]));
      return vscode.tasks.executeTask(task);
    })
  );
  client = new LanguageClient(
    "wary", "Wary", { command: program(), args: ["lsp"] },
    {
      documentSelector: [{ scheme: "file", language: "wary" }],
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{wary,txt}") },
    }
  );
  return client.start();
}

function deactivate() {
  return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
