#!/usr/bin/env bash
# Builds what the fault cases run, and runs them. Usage: Tests/Faults/faults.sh [rounds of kill -9] [case…]
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build --product HistoryWriter >/dev/null
swift build --product wary >/dev/null
WARY_BIN=$(swift build --show-bin-path) exec python3 Tests/Faults/faults.py "$@"
