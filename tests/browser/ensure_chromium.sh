#!/bin/sh
# Makes sure that the browser tests find Debian's chromium; installs it where that is possible.
set -eu

for name in chromium chromium-browser; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null && exit 0
fi

echo "The browser tests need chromium: install it with 'apt-get install chromium' as root (or your system's way)." >&2
# With CI=true the tests themselves fail without it; elsewhere they are skipped and say why.
