"""Drives `wary lsp` with pytest-lsp, whose client is pygls': pip install pytest-lsp; WARY=path/to/wary pytest Tests/Editor"""

import os

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

URI = "file:///nowhere/p.wary"
POLICY = """policy p {
    for login
}

let failures = count(login.failed by account within 10m)

rule guessing "Repeated wrong passwords" {
    when  failures >= 5
    score 8 * failures up to 60
}

decide {
    deny  when score >= 90
    allow otherwise
}

test "nothing" {
    login { account "a" ip 192.0.2.1 }
    expect allow
}
"""


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[os.environ.get("WARY", "wary"), "lsp"]))
async def client(lsp_client: LanguageClient):
    await lsp_client.initialize_session(types.InitializeParams(capabilities=types.ClientCapabilities()))
    yield
    await lsp_client.shutdown_session()


def document():
    return types.TextDocumentIdentifier(uri=URI)


async def opened(client, text=POLICY):
    client.text_document_did_open(types.DidOpenTextDocumentParams(
        text_document=types.TextDocumentItem(uri=URI, language_id="wary", version=1, text=text)))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return client.diagnostics[URI]


def at(text, piece, inside=1):
    before = text[: text.index(piece) + inside]
    return types.Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)


async def test_diagnostics_and_quick_fix(client):
    wrong = POLICY.replace("up to", "upto")
    found = await opened(client, wrong)
    assert [d.code for d in found] == ["E-syntax"]
    actions = await client.text_document_code_action_async(types.CodeActionParams(
        text_document=document(), range=found[0].range, context=types.CodeActionContext(diagnostics=found)))
    assert actions[0].edit.changes[URI][0].new_text == "up to"
    client.text_document_did_change(types.DidChangeTextDocumentParams(
        text_document=types.VersionedTextDocumentIdentifier(uri=URI, version=2),
        content_changes=[types.TextDocumentContentChangePartial(range=found[0].range, text="up to")]))
    await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    assert all(d.severity != types.DiagnosticSeverity.Error for d in client.diagnostics[URI])


async def test_hover_and_completion(client):
    await opened(client)
    hover = await client.text_document_hover_async(types.HoverParams(text_document=document(), position=at(POLICY, "failures >=")))
    assert "count(login.failed by account within 10m)" in hover.contents.value
    text = POLICY.replace("deny  when score", "deny  when geo.")
    await opened(client, text)
    items = await client.text_document_completion_async(types.CompletionParams(
        text_document=document(), position=at(text, "geo.", 4)))
    assert "geo.country" in [item.label for item in items]


async def test_navigation_and_rename(client):
    await opened(client)
    place = at(POLICY, "* failures", 4)
    definition = await client.text_document_definition_async(types.DefinitionParams(text_document=document(), position=place))
    assert definition[0].range.start.line == 4
    references = await client.text_document_references_async(types.ReferenceParams(
        text_document=document(), position=place, context=types.ReferenceContext(include_declaration=True)))
    assert len(references) == 3
    edit = await client.text_document_rename_async(types.RenameParams(text_document=document(), position=place, new_name="wrong"))
    assert len(edit.changes[URI]) == 3


async def test_outline(client):
    await opened(client)
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=document()))
    assert [s.name for s in symbols] == ["p", "failures", "guessing", "decide", "nothing"]
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=document()))
    assert list(lenses[0].command.arguments) == [URI, "nothing"]
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(
        text_document=document(), range=types.Range(start=types.Position(line=0, character=0), end=types.Position(line=99, character=0))))
    assert [h.label for h in hints] == ["score 0 to 60"]
    assert lenses[0].command.title == "Run test"
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="guess"))
    assert [(s.name, s.location.uri) for s in found] == [("guessing", URI)]
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(
        text_document=document(), options=types.FormattingOptions(tab_size=4, insert_spaces=True)))
    assert not edits
    await opened(client, "let  x=1")
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(
        text_document=document(), options=types.FormattingOptions(tab_size=4, insert_spaces=True)))
    assert edits[0].new_text == "let x = 1\n"


async def hover(client, text, piece, inside=1):
    found = await client.text_document_hover_async(types.HoverParams(text_document=document(), position=at(text, piece, inside)))
    return found.contents.value if found else ""


async def completions(client, text, piece):
    await opened(client, text)
    items = await client.text_document_completion_async(types.CompletionParams(
        text_document=document(), position=at(text, piece, len(piece))))
    return [item.label for item in items]


async def test_hover_tells_what_an_author_asks(client):
    text = POLICY.replace("failures >= 5\n", "failures >= 5 and not (agent.kind == \"bot\")\n    unknown fire\n")
    await opened(client, text)
    signal = await hover(client, text, "agent.kind", 8)
    assert "from the user's client" in signal and "May be unknown" in signal and "`\"bot\"`" in signal and "`text`" in signal
    rule = await hover(client, text, "guessing")
    assert "Repeated wrong passwords" in rule and "at most 60" in rule and "fires where it is unknown" in rule
    assert "half-open window" in await hover(client, text, "within")


async def test_completion_knows_the_context(client):
    assert "webauthn" in await completions(client, POLICY.replace("score 8 * failures up to 60", "step_up "), "step_up ")
    keys = await completions(client, POLICY.replace("by account within", "by  within"), "failed by ")
    assert "subnet" in keys and "geo.country" not in keys
    clauses = await completions(client, POLICY.replace("    score 8", "    \n    score 8"), "failures >= 5\n    ")
    assert {"unless", "unknown", "notify"} <= set(clauses) and "travel.speed" not in clauses
    assert "login.failed" in await completions(client, POLICY.replace("count(login.failed by", "count( by"), "count(")
    assert "guessing" in await completions(client, POLICY.replace("expect allow", "expect allow because "), "because ")
    fields = await completions(client, POLICY.replace("ip 192.0.2.1 }", "ip 192.0.2.1  }"), "192.0.2.1 ")
    assert "device.id" in fields and "score" not in fields


async def test_definition_and_rename_go_through_rules_and_tests(client):
    text = POLICY.replace("expect allow", "expect allow\n    expect because guessing").replace("deny  when score >= 90", "deny  when fired(guessing)")
    await opened(client, text)
    place = at(text, "because guessing", 10)
    found = await client.text_document_definition_async(types.DefinitionParams(text_document=document(), position=place))
    assert found[0].range.start == at(text, "guessing", 0)
    highlights = await client.text_document_document_highlight_async(types.DocumentHighlightParams(text_document=document(), position=place))
    assert len(highlights) == 3
    range_ = await client.text_document_prepare_rename_async(types.PrepareRenameParams(text_document=document(), position=place))
    assert range_ is not None
    edit = await client.text_document_rename_async(types.RenameParams(text_document=document(), position=place, new_name="wrong_ones"))
    assert len(edit.changes[URI]) == 3


async def test_quick_fixes_of_warnings_and_units(client):
    wrong = POLICY.replace("failures >= 5\n", "failures >= 5 and travel.speed > 900\n    unknown skip\n")
    found = await opened(client, wrong)
    assert [d.code for d in found if d.severity == types.DiagnosticSeverity.Error] == ["E-unit"]
    actions = await client.text_document_code_action_async(types.CodeActionParams(
        text_document=document(), range=found[0].range, context=types.CodeActionContext(diagnostics=found)))
    assert actions[0].edit.changes[URI][0].new_text == "900 km/h"
    assert actions[0].kind == types.CodeActionKind.QuickFix
