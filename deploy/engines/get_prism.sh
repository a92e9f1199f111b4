#!/usr/bin/env bash
# Gets Prism, the engine of blockwire stream on one machine: get_prism.sh [FOLDER], by default ./.servers
# Apache Beam publishes it as source: Go builds it, of the same version as the Beam that Python has. PYTHON names another Python.
set -euo pipefail
folder="${1:-.servers}"
version="$("${PYTHON:-python3}" -c 'from importlib.metadata import version; print(version("apache-beam"))')"
program="$folder/prism-$version"
if [ ! -x "$program" ]; then
    command -v go > /dev/null || { echo "no Go to build Prism with: install it (go.dev/doc/install), 1.26 or newer" >&2; exit 1; }
    mkdir -p "$folder"
    built="$(mktemp -d "$(realpath "$folder")/prism.XXXXXX")"
    trap 'rm -rf "$built"' EXIT
    GOBIN="$built" go install "github.com/apache/beam/sdks/v2/go/cmd/prism@v$version"
    mv "$built/prism" "$program"
fi
echo "$program"
