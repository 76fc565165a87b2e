#!/bin/sh
# A copy of the ledger that is whole while the daemon runs, kept by day for two weeks: backup.sh DB FOLDER
#
# Copying the file alone would miss what still stands in the write-ahead log (monitor.db-wal); `monitor backup`
# asks SQLite for one consistent copy and checks it.
set -eu
if [ $# -ne 2 ]; then
    echo "usage: backup.sh DB FOLDER" >&2
    exit 2
fi
db=$1 folder=$2
# The PATH of cron and timers holds no program that was installed into an environment of its own.
here=$(dirname "$(readlink -f "$0")")
program=
for each in "${MONITOR:-}" "$here/../.venv/bin/monitor" "$(command -v monitor || true)" /opt/monitor/.venv/bin/monitor /opt/monitor/bin/monitor; do
    if [ -n "$each" ] && [ -x "$each" ]; then
        program=$each
        break
    fi
done
if [ -z "$program" ]; then
    echo "backup.sh: there is no monitor beside this script, in PATH or in /opt/monitor; set MONITOR to its path" >&2
    exit 127
fi
umask 077
mkdir -p "$folder"
target="$folder/monitor-$(date -u +%Y-%m-%d).db"
partial="$target.partial"
rm -f "$partial"
"$program" backup --db "$db" "$partial"
mv "$partial" "$target"
find "$folder" -name 'monitor-*.db' -mtime +14 -delete
