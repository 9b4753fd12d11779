#!/usr/bin/env python3
"""Counts what a backtest counts, another way, and compares to the last one.

Makes a stream of labelled sign-ins (the seed is the second argument), has `wary` (the first argument) import it and replay it under a
simple policy, and reads the same NDJSON into plain lists and dictionaries here: every window is counted by looking at every
earlier event of the account or the address. Exits 1 where a figure differs.
"""
import collections
import datetime
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

POLICY = """
policy p { for login }
rule failing { when count(login.failed by account within 1h) >= 2 score 40 }
rule spread { when distinct(account of login by ip within 30m) >= 4 deny }
rule stranger { when device.new and not account.new score 30 }
rule busy { when count(login by account within 10m) >= 3 score 25 }
rule watched monitor { when count(login by ip within 1h) >= 2 score 1 }
decide { deny when score >= 90 step_up when score >= 50 allow otherwise }
"""


def stream(count, seed):
    dice, at, events = random.Random(seed), datetime.datetime(2026, 1, 1), []
    for _ in range(count):
        at += datetime.timedelta(seconds=dice.randrange(1, 240))
        account = f"u{dice.randrange(12)}"
        event = {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "account": account, "ip": f"192.0.2.{dice.randrange(1, 7)}",
                 "device": f"d{account}" if dice.random() < 0.8 else f"x{dice.randrange(9)}"}
        draw = dice.random()
        if draw < 0.25:
            event["outcome"] = "failed"
        elif draw < 0.9:
            event["outcome"] = "succeeded"
        if dice.random() < 0.15:
            event["label"] = dice.choice(["fraud", "legitimate"])
        events.append(event)
    return events


def wilson(hits, total):
    if total == 0:
        return None, 0.0, 1.0
    z, p = 1.959963984540054, hits / total
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return p, max(0.0, centre - half), min(1.0, centre + half)


def decide(fired, without=None):
    """The decision by the rules that fired, one of them perhaps left out."""
    points = {"failing": 40, "stranger": 30, "busy": 25}
    fired = [name for name in fired if name != without]
    score = min(100, sum(points.get(name, 0) for name in fired))
    outcome = 2 if score >= 90 else 1 if score >= 50 else 0
    return max(outcome, 2 if "spread" in fired else 0)


def figures(events):
    rules = {name: collections.Counter() for name in ["failing", "spread", "stranger", "busy", "watched"]}
    after, truth, cold, stopped, met, days = (collections.Counter() for _ in range(6))
    for index, event in enumerate(events):
        now = datetime.datetime.fromisoformat(event["at"])
        past = [(now - datetime.datetime.fromisoformat(e["at"]), e) for e in events[:index]]
        mine = [(age, e) for age, e in past if e["account"] == event["account"]]
        here = [(age, e) for age, e in past if e["ip"] == event["ip"]]
        within = lambda some, minutes: [e for age, e in some if age < datetime.timedelta(minutes=minutes)]
        good = [e for _, e in mine if e.get("outcome") == "succeeded" and e.get("label") != "fraud"]
        fired = []
        if sum(e.get("outcome") == "failed" for e in within(mine, 60)) >= 2:
            fired.append("failing")
        if len({e["account"] for e in within(here, 30)}) >= 4:
            fired.append("spread")
        if good and event["device"] not in {e["device"] for e in good}:
            fired.append("stranger")
        if len(within(mine, 10)) >= 3:
            fired.append("busy")
        outcome = decide(fired)
        needed = [name for name in fired if decide(fired, name) < outcome]
        watched = ["watched"] if len(within(here, 60)) >= 2 else []
        fraud = {"fraud": True, "legitimate": False}.get(event.get("label"), False if event.get("outcome") == "succeeded" else None)
        name = ["allow", "step_up", "deny"][outcome]
        after[name] += 1
        days[event["at"][:10], name] += 1
        met[event["account"]] += 1
        stopped[event["account"]] += outcome > 0
        if not good:
            cold[name] += 1
        for rule in fired + watched:
            rules[rule]["hits"] += 1
            if fraud is not None:
                rules[rule]["frauds" if fraud else "goods"] += 1
        if len(needed) == 1:
            rules[needed[0]]["alone"] += 1
        if fraud is not None:
            truth[("caught" if outcome else "missed") if fraud else ("false_alarms" if outcome else "left_alone")] += 1
    counts = sorted(stopped.values())
    return {
        "attempts": len(events), "accounts": len(met), "after": after, "rules": rules, "truth": truth, "cold": cold, "days": days,
        "median": counts[(len(counts) - 1) // 2], "p95": counts[min(len(counts) - 1, math.ceil(len(counts) * 0.95) - 1)],
        "worst": sorted(((n, a) for a, n in stopped.items() if n), key=lambda pair: (-pair[0], pair[1]))[:10],
    }


def compare(report, own):
    wrong, checked = [], 0

    def same(name, theirs, ours):
        nonlocal checked
        checked += 1
        close = isinstance(ours, float) and theirs is not None and abs(theirs - ours) < 1e-12
        if theirs != ours and not close:
            wrong.append(f"{name}: wary says {theirs}, counted {ours}")

    same("attempts", report["attempts"], own["attempts"])
    same("accounts", report["accounts"], own["accounts"])
    for outcome in ["allow", "step_up", "deny"]:
        same(outcome, report["after"][outcome], own["after"][outcome])
        same(f"cold {outcome}", report["cold_start"][outcome], own["cold"][outcome])
        for day in report["days"]:
            same(f"{day['day']} {outcome}", day[outcome], own["days"][day["day"], outcome])
    for outcome in ["step_up", "deny"]:
        same(f"{outcome} per 1000", report["per_1000"]["after"][outcome], own["after"][outcome] * 1000 / own["attempts"])
    truth, labelled = own["truth"], report["labelled"]["after"]
    for name in ["caught", "missed", "false_alarms", "left_alone"]:
        same(name, labelled[name], truth[name])
    shares = {"recall": (truth["caught"], truth["caught"] + truth["missed"]),
              "false_alarm_rate": (truth["false_alarms"], truth["false_alarms"] + truth["left_alone"]),
              "precision": (truth["caught"], truth["caught"] + truth["false_alarms"])}
    for name, (hits, total) in shares.items():
        for part, value in zip(["share", "low", "high"], wilson(hits, total)):
            same(f"{name} {part}", labelled[name][part], value)
    for rule in report["rules"]:
        counts = own["rules"][rule["rule"]]
        for part in ["hits", "alone", "frauds", "goods"]:
            same(f"{rule['rule']} {part}", rule[part], counts[part])
        for part, value in zip(["share", "low", "high"], wilson(counts["frauds"], counts["frauds"] + counts["goods"])):
            same(f"{rule['rule']} precision {part}", rule["precision"][part], value)
    stopped = report["stopped_per_account"]
    same("median", stopped["median"], own["median"])
    same("p95", stopped["p95"], own["p95"])
    same("worst", [(w["stopped"], w["account"]) for w in stopped["worst"]], own["worst"])
    return checked, wrong


def main():
    wary, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        events = stream(3000, seed)
        (folder / "events.ndjson").write_text("".join(json.dumps(event) + "\n" for event in events))
        (folder / "p.wary").write_text(POLICY)
        run = lambda *arguments: subprocess.run([wary, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
        run("import", "ndjson", "events.ndjson", "--data", "data")
        report = json.loads(run("backtest", "--policy", "p.wary", "--data", "data", "--format", "json"))
    checked, wrong = compare(report, figures(events))
    for line in wrong:
        print(line)
    print(f"seed {seed}: {checked} figures of {len(events)} sign-ins, {len(wrong)} differ")
    sys.exit(bool(wrong))


main()
