"""The official MCP client for Python against `pbiauth mcp`: tools, resources, consent and redaction.

Takes the binary's path; wants the environment that `pbiauth sim` prints, for `doctor`. Exits with 1 when a case failed.
"""

import asyncio
import json
import os
import sys

from mcp import Client, StdioServerParameters, types

from common import WORKSPACE, setting

BINARY = sys.argv[1]
SECRET = "abc8Q~this-is-a-made-up-value-of-a-secret0"
TEXT = (
    "AADSTS7000222: The provided client secret keys for app 'a9900001-4c1d-4e52-9b07-2f6d81c3a411' are expired. "
    f"client_secret={SECRET}"
)


def server(*args):
    environment = {name: value for name, value in os.environ.items() if name.startswith(("AZURE_", "PBIAUTH_", "PATH"))}
    return StdioServerParameters(command=BINARY, args=["mcp", *args], env=environment)


def says(action, **content):
    """A user who answers every question in one way. Keeps what was asked."""
    asked = []

    async def answer(context, params):
        asked.append(params.message)
        return types.ElicitResult(action=action, content=content or None)

    return answer, asked


def report(result):
    assert not result.is_error, result.content
    document = json.loads(result.content[0].text)
    assert document == result.structured_content, "the text and the structured content are one document"
    assert document["schema"] == "pbiauth.report/1", document
    return document


def refused(result, words):
    text = result.content[0].text
    assert result.is_error and words in text, text
    assert SECRET not in text


async def tools_are_listed(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"diagnose", "explain", "causes", "doctor"}, tools
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    assert "certain" in client.instructions


async def a_text_is_diagnosed(client):
    result = await client.call_tool("diagnose", {"text": TEXT})
    first = report(result)["diagnoses"][0]
    assert first["cause"] == "client-secret-expired", first
    assert first["confidence"] in {"certain", "likely", "possible"} and first["confidence"] in result.content[1].text
    assert SECRET not in result.model_dump_json(), "a secret came back"


async def a_fact_changes_the_diagnosis(client):
    text = 'GET https://api.powerbi.com/v1.0/myorg/groups -> 401 {"error":{"code":"PowerBINotAuthorizedException"}}'
    plain = report(await client.call_tool("diagnose", {"text": text}))
    assert all(diagnosis["confidence"] != "certain" for diagnosis in plain["diagnoses"]), "a code alone is certain of nothing"
    assert any(diagnosis["would_decide"] for diagnosis in plain["diagnoses"])
    fact = {"claims.principal": "user"}
    as_object = report(await client.call_tool("diagnose", {"text": text, "facts": fact}))
    as_list = report(await client.call_tool("diagnose", {"text": text, "facts": ["claims.principal=user"]}))
    assert as_object["diagnoses"] == as_list["diagnoses"] != plain["diagnoses"]


async def what_is_no_failure_is_none(client):
    result = await client.call_tool("diagnose", {"text": "The nightly build passed."})
    assert report(result)["diagnoses"] == [] and "No authorization failure" in result.content[1].text


async def terms_are_explained(client):
    result = await client.call_tool("explain", {"term": "AADSTS7000215"})
    assert result.structured_content["known"] and result.structured_content["pages"], result
    result = await client.call_tool("explain", {"term": SECRET})
    assert not result.structured_content["known"] and SECRET not in result.model_dump_json()


async def causes_are_found(client):
    every = (await client.call_tool("causes", {})).structured_content["causes"]
    some = (await client.call_tool("causes", {"query": "secret expired"})).structured_content["causes"]
    assert len(every) > 100 > len(some) > 0
    assert all(cause["confidence_at_most"] for cause in every)


async def wrong_arguments_are_told(client):
    refused(await client.call_tool("diagnose", {"txt": TEXT}), "txt")
    refused(await client.call_tool("diagnose", {"text": {"client_secret": SECRET}}), "wrong type")
    refused(await client.call_tool("diagnose", {"text": TEXT, "facts": [f"client_secret={SECRET}"]}), "fact")


async def the_runbook_is_read(client):
    resources = (await client.list_resources()).resources
    page = next(resource for resource in resources if resource.uri.endswith("/client-secret-wrong.md"))
    text = (await client.read_resource(page.uri)).contents[0].text
    assert text.startswith("# ") and page.mime_type == "text/markdown"
    try:
        await client.read_resource("pbiauth://runbook/../../etc/passwd")
    except Exception as error:
        assert "doesn't have this page" in str(error), error
    else:
        raise AssertionError("a page that isn't there was read")


async def doctor_asks_and_runs(client, asked):
    document = report(await client.call_tool("doctor", {}))
    assert document["origin"] == "live" and document["outcome"] == "healthy", document["outcome"]
    assert len(asked) == 1 and setting("AZURE_AUTHORITY_HOST") in asked[0], asked
    text = json.dumps([document, asked])
    assert WORKSPACE in text and setting("AZURE_CLIENT_SECRET") not in text


OFFLINE = [
    tools_are_listed,
    a_text_is_diagnosed,
    a_fact_changes_the_diagnosis,
    what_is_no_failure_is_none,
    terms_are_explained,
    causes_are_found,
    wrong_arguments_are_told,
    the_runbook_is_read,
]


async def offline(mode):
    async with Client(server(), mode=mode) as client:
        for case in OFFLINE:
            yield case.__name__, case(client)


async def asking(mode):
    answer, asked = says("accept", send=True)
    async with Client(server(), mode=mode, elicitation_callback=answer) as client:
        yield "doctor asks, and runs", doctor_asks_and_runs(client, asked)
    for words, (answer, asked) in {"a no": says("decline"), "an unticked box": says("accept", send=False)}.items():
        async with Client(server(), mode=mode, elicitation_callback=answer) as client:
            yield f"{words} sends nothing", declined(client, asked)
    async with Client(server(), mode=mode) as client:
        yield "a client that can't ask", cannot_be_asked(client)
    async with Client(server("--allow-doctor"), mode=mode) as client:
        yield "--allow-doctor", allowed(client)


async def declined(client, asked):
    refused(await client.call_tool("doctor", {}), "nothing was sent")
    assert len(asked) == 1


async def cannot_be_asked(client):
    refused(await client.call_tool("doctor", {}), "--allow-doctor")


async def allowed(client):
    assert report(await client.call_tool("doctor", {"for": "list"}))["outcome"] == "healthy"
    refused(await client.call_tool("doctor", {"profile": "nobody"}), "nobody")
    refused(await client.call_tool("doctor", {"for": "nothing"}), "intent")


async def main():
    failed = 0
    for mode in ("auto", "legacy"):
        for cases in (offline(mode), asking(mode)):
            async for name, case in cases:
                try:
                    await asyncio.wait_for(case, 60)
                    print(f"ok MCP for Python, {mode}: {name.replace('_', ' ')}", flush=True)
                except Exception as error:  # whatever a client raises is a failure of this case alone
                    failed += 1
                    print(f"FAILED MCP for Python, {mode}: {name.replace('_', ' ')}: {error!r}", flush=True)
    sys.exit(1 if failed else 0)


asyncio.run(main())
