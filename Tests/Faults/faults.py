#!/usr/bin/env python3
"""Makes go wrong what may go wrong, and looks whether Wary keeps its promises. Every case by itself; what cannot be run here
is left out, loudly.

Usage: faults.py [ROUNDS] [CASE...]       ROUNDS of kill -9, 200 where not said; --list names the cases
WARY_BIN names the folder of the built programs, .build/debug where not said."""
import inspect, sys, time
sys.path.insert(0, __import__("os").path.dirname(__file__))
import support, writer_faults, server_faults, privacy_faults


def main():
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        for name, text, _ in support.CASES:
            print("%-18s %s" % (name, text))
        return 0
    rounds = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else 200
    bad = 0
    for name, text, function in support.CASES:
        if arguments and name not in arguments:
            continue
        begin, work = time.monotonic(), support.Work()
        print("%-18s %s" % (name, text), flush=True)
        try:
            said = function(work, rounds) if len(inspect.signature(function).parameters) > 1 else function(work)
            result = "ok" + (": " + said if said else "")
        except support.Skipped as skipped:
            result = "LEFT OUT: %s" % skipped
        except support.Failed as failure:
            result, bad = "FAILED: %s" % failure, bad + 1
        finally:
            work.close()
        print("%-18s %s (%.0f s)" % ("", result, time.monotonic() - begin), flush=True)
    print("all as it should be" if bad == 0 else "%d cases failed" % bad)
    return 1 if bad else 0


sys.exit(main())
