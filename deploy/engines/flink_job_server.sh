#!/usr/bin/env bash
# Runs Flink and Beam's job server in one process of Java 17, until it is stopped: flink_job_server.sh CLASSES [JOB-PORT [FLINK-MASTER]]
# CLASSES is the folder that get_flink.sh named; the master is this process, unless a cluster is given as HOST:PORT. FLINK_CONF_DIR names
# another configuration than the one beside this script.
set -euo pipefail
configuration="${FLINK_CONF_DIR:-$(cd "$(dirname "$0")" && pwd)/flink}"
classes="$1" port="${2:-8099}" master="${3:-[local]}"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
opens=()
for package in java.lang java.lang.invoke java.util java.util.concurrent java.nio java.net java.io java.time sun.nio.ch; do
    opens+=(--add-opens "java.base/$package=ALL-UNNAMED")
done
artifacts="$(mktemp -d)"
trap 'rm -rf "$artifacts"' EXIT
"$java" "${opens[@]}" ${FLINK_JAVA_OPTIONS:--Xmx1g} -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat="HH:mm:ss" -cp "$classes/*" \
    org.apache.beam.runners.flink.FlinkJobServerDriver --job-host=localhost --job-port="$port" \
    --artifact-port=0 --expansion-port=0 --artifacts-dir="$artifacts" --flink-master="$master" --flink-conf-dir="$configuration"
