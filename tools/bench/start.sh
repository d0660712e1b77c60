# Sourced by the scripts that measure: measure SCRIPT "PROGRAM..." OPTION... builds the programs and starts the script.
# shellcheck shell=bash
measure() {
  local root script=$1 programs=$2 build python
  shift 2
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
  build="$root/build"
  if [ ! -x "$build/bin/dsc-compile" ]; then
    echo "$(basename "$0"): error: found no $build/bin/dsc-compile, expected a build; tools/quickstart makes one" >&2
    exit 1
  fi
  python="$("$root/tools/bench/setup" | tail -n 1)"
  # shellcheck disable=SC2086
  cmake --build "$build" --target $programs >/dev/null
  exec "$python" "$root/tools/bench/$script" --build "$build" --python "$python" "$@"
}
