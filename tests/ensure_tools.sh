#!/bin/sh
# Makes sure that the tests find the two programs of the system they need; installs them where that is possible.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="chromium"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests: $missing"
    # shellcheck disable=SC2086  # a list of names
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null && exit 0
fi

echo "The tests need: $missing. Install with 'apt-get install $missing' as root, or your system's way." >&2
# With CI=true the tests themselves fail without the browser; elsewhere they are skipped and say why.
