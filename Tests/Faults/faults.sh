#!/usr/bin/env bash
# What may go wrong under a running history, made to go wrong: kill -9 at random instants, a full disk, syncs that fail,
# two writers on one folder. Says what it left out and why. Usage: Tests/Faults/faults.sh [rounds of kill -9]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-200}
swift build --product HistoryWriter >/dev/null
writer=$(swift build --show-bin-path)/HistoryWriter
work=$(mktemp -d); pid=
cleanup() {
    [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    umount "$work/small" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $*"; exit 1; }

echo "kill -9, $rounds rounds"
for ((round = 1; round <= rounds; round++)); do
    "$writer" "$work/killed" $((RANDOM * 32768 + RANDOM + 1)) >"$work/out" & pid=$!
    sleep "0.$((RANDOM % 40 + 5))"
    kill -9 $pid 2>/dev/null || true; wait $pid 2>/dev/null || true
    said=$( (grep '^committed' "$work/out" || true) | tail -1 | cut -d' ' -f2)
    if ((round % 10 == 0 || round == rounds)); then
        "$writer" "$work/killed" check >"$work/check" || fail "round $round: $(cat "$work/check")"
        held=$(sed -n 's/^last \([0-9]*\).*/\1/p' "$work/check")
        ((held >= ${said:-0})) || fail "round $round: $said were committed, $held are there"
    fi
done
cat "$work/check"

echo "two writers on one folder"
"$writer" "$work/two" 1 >/dev/null & pid=$!
sleep 0.5
"$writer" "$work/two" 2 1 >"$work/second" && fail "the second writer was let in"
grep -q "in use by the process $pid" "$work/second" || fail "the second writer did not name the first: $(cat "$work/second")"
kill -9 $pid; wait $pid 2>/dev/null || true

echo "a disk that fills up, and is freed"
mkdir "$work/small"
if mount -t tmpfs -o size=12m tmpfs "$work/small" 2>/dev/null; then
    "$writer" "$work/small/data" 3 >"$work/full" & pid=$!
    for _ in {1..300}; do grep -q '^committed' "$work/full" && break; sleep 0.1; done
    cat /dev/zero >"$work/small/filler" 2>/dev/null || true
    for _ in {1..300}; do grep -q '^failed' "$work/full" && break; sleep 0.1; done
    grep -q '^failed no space left' "$work/full" || fail "a full disk was not named: $(grep '^failed' "$work/full" | head -1)"
    rm "$work/small/filler"; before=$(grep -c '^committed' "$work/full" || true)
    for _ in {1..300}; do (($(grep -c '^committed' "$work/full") > before)) && break; sleep 0.1; done
    (($(grep -c '^committed' "$work/full") > before)) || fail "it did not recover: $(tail -1 "$work/full")"
    kill -9 $pid; wait $pid 2>/dev/null || true
    "$writer" "$work/small/data" check || fail "after a full disk"
else
    echo "  left out: mounting a small tmpfs needs root"
fi

echo "syncs that fail"
if command -v strace >/dev/null; then
    strace -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EIO:when=20+7 "$writer" "$work/sync" 4 60 >"$work/synced" || fail "$(tail -1 "$work/synced")"
    grep -q '^failed' "$work/synced" || fail "no sync failed"
    grep -q '^committed' "$work/synced" || fail "nothing was committed"
    "$writer" "$work/sync" check || fail "after failed syncs"
else
    echo "  left out: strace is not installed"
fi
echo "all as it should be"
