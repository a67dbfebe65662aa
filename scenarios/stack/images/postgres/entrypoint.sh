# Makes the data directory at the first start, then becomes the server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?is not set; the database needs one}"
    user=${POSTGRES_USER:-postgres}
    secret=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" >"$secret"
    initdb --username="$user" --pwfile="$secret" --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >/dev/null
    rm "$secret"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    # A single-user server needs no password and no port.
    if [ "${POSTGRES_DB:-$user}" != postgres ]; then
        printf 'CREATE DATABASE "%s";\n' "${POSTGRES_DB:-$user}" | postgres --single -j -D "$PGDATA" postgres >/dev/null
    fi
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp
