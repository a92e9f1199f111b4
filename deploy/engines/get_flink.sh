#!/usr/bin/env bash
# Gets Flink with Beam's job server, as Java classes, to try streams and to test them: get_flink.sh [FOLDER], by default ./.servers
# A cluster has its own Flink; see docs/scaling.md.
set -euo pipefail
folder="${1:-.servers}"
here="$(cd "$(dirname "$0")" && pwd)"
version=1.19-2.62.0
classes="$folder/flink-$version"
if [ ! -d "$classes" ]; then
    command -v mvn > /dev/null || { echo "no Maven to get Flink with: install it (mvn)" >&2; exit 1; }
    mkdir -p "$folder"
    got="$(mktemp -d "$(realpath "$folder")/flink.XXXXXX")"
    trap 'rm -rf "$got"' EXIT
    mvn --batch-mode --quiet --file "$here/flink.xml" dependency:copy-dependencies -DoutputDirectory="$got"
    mv "$got" "$classes"
    chmod 755 "$classes"
fi
echo "$classes"
