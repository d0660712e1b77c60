# Sourced by the scripts of this folder: where the source tree is, how to speak, how to give up. With --help a script shows
# the comment at its head.
# shellcheck shell=bash

dsc_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dsc_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dsc
dsc_program=$(basename "$0")

bold='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
fi

say() { printf '%s%s:%s %s\n' "$bold" "$dsc_program" "$plain" "$*"; }

# fail MESSAGE [REMEDY]
fail() {
  printf '%s%s: error:%s %s\n' "$red" "$dsc_program" "$plain" "$1" >&2
  if [ $# -gt 1 ]; then printf '  %s\n' "$2" >&2; fi
  exit 1
}

for argument in "$@"; do
  if [ "$argument" = --help ] || [ "$argument" = -h ]; then
    sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "$0"
    exit 0
  fi
done

# has_sha256 FILE SUM
has_sha256() { [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; }

# fetch_wheel FOLDER FILE SUM: leaves the checked wheel FOLDER/FILE. A wheel's name says what it is of and for which
# platforms and Python, so that every machine gets the same file whatever its own Python is.
fetch_wheel() {
  local folder=$1 file=$2 sum=$3 name version tags requirement
  if has_sha256 "$folder/$file" "$sum"; then return; fi
  rm -f "${folder:?}/$file"
  IFS=- read -r name version _ _ tags <<<"${file%.whl}"
  requirement=${name//_/-}==$version
  local platforms=() bar=off platform
  for platform in ${tags//./ }; do platforms+=(--platform "$platform"); done
  if [ -t 1 ]; then bar=on; fi
  say "fetching $requirement"
  mkdir -p "$folder"
  python3 -m pip download --quiet --progress-bar $bar --no-cache-dir --disable-pip-version-check \
    --no-deps --only-binary=:all: --python-version 3.11 "${platforms[@]}" -d "$folder" "$requirement" ||
    fail "pip could not fetch $requirement" "check the network, then run it again: it goes on where it stopped"
  [ -f "$folder/$file" ] || fail "pip fetched another file than $file of $requirement"
  has_sha256 "$folder/$file" "$sum" ||
    fail "$folder/$file has SHA-256 $(sha256sum <"$folder/$file" | cut -d' ' -f1), expected $sum" \
      "delete it and run this again; if it stays so, the file at its source has changed"
}
