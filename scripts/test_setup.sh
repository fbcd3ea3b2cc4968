#!/bin/sh
# What the tests need beside Python packages: Debian's Chromium with a Japanese font, and Azurite.
set -eu
.venv/bin/python -m tests.azurite.install
[ -x /usr/bin/chromium ] && exit 0
root=""
[ "$(id -u)" -eq 0 ] || root="sudo -n"
echo "Installing Chromium for the browser tests … / ブラウザーテスト用の Chromium をインストールしています…"
if ! { $root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-cjk >/dev/null; }; then
  echo "The browser tests need /usr/bin/chromium: install it (apt-get install chromium fonts-noto-cjk)." >&2
  echo "ブラウザーテストには /usr/bin/chromium が必要です（apt-get install chromium fonts-noto-cjk）。" >&2
  exit 1
fi
