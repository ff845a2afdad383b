#!/usr/bin/env bash
# Installs the servers that tests start by themselves: PostgreSQL. Nothing of it has to run beforehand.
set -euo pipefail

if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    echo "installing PostgreSQL" >&2
    apt-get update --quiet
    # No cluster of the package's own: tests make theirs, and throw them away.
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get install --yes --quiet postgresql
fi
