#!/usr/bin/env bash
# Installs the official clients that the acceptance tests drive, each into an environment of its own under target/clients.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "installing python3 and its venv module" >&2
    apt-get update --quiet
    apt-get install --yes --quiet python3 python3-venv
fi

install_client() { # NAME REQUIREMENTS
    local environment="target/clients/$1"
    if [ ! -e "$environment/installed" ]; then
        python3 -m venv "$environment"
        "$environment/bin/pip" install --quiet --disable-pip-version-check "${@:2}"
        touch "$environment/installed"
    fi
}

install_client segment segment-analytics-python==2.4.0
install_client rudder rudder-sdk-python==2.1.9
install_client sentry sentry-sdk==2.75.0
install_client posthog posthog==7.91.1
install_client aptabase aptabase==0.1.0
install_client schemathesis schemathesis==4.32.5
install_client opentelemetry opentelemetry-exporter-otlp-proto-http==1.45.2
install_client engines duckdb==2.0.0 deltalake==1.6.6
