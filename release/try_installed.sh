#!/bin/sh
# Tries an installed blockwire outside the checkout: sh try_installed.sh PATH-OF-THE-COMMAND, in an empty folder.
set -eu
blockwire=$1
export BLOCKWIRE_STORE=sqlite:///blockwire-demo.sqlite

"$blockwire" --version
"$blockwire" demo > demo.txt
grep -q "articles are about internet censorship" demo.txt
"$blockwire" events list --severity critical --format jsonl > events.jsonl
test -s events.jsonl
"$blockwire" report --since 7d --output report.html
"$blockwire" rules test > /dev/null
"$blockwire" feeds list --format jsonl > feeds.jsonl
"$blockwire" doctor || test $? = 1
echo "$(wc -l < events.jsonl) critical events, $(wc -l < feeds.jsonl) feeds"
