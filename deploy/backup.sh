#!/bin/sh
# A copy of the ledger that is whole while the daemon runs, kept by day for two weeks: backup.sh DB FOLDER
#
# Copying the file alone would miss what still stands in the write-ahead log (monitor.db-wal); `monitor backup`
# asks SQLite for one consistent copy and checks it.
set -eu
db=$1 folder=$2
umask 077
mkdir -p "$folder"
target="$folder/monitor-$(date -u +%Y-%m-%d).db"
partial="$target.partial"
rm -f "$partial"
monitor backup --db "$db" "$partial"
mv "$partial" "$target"
find "$folder" -name 'monitor-*.db' -mtime +14 -delete
