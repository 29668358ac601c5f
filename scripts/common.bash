# Sourced by the other scripts: where the project is, messages, and the one way to configure and build.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=${0##*/}

# Messages go to stderr: stdout belongs to what was asked for.
say() { printf '%s\n' "$*" >&2; }
die() {
  say "scripts/$script: $1"
  [ $# -lt 2 ] || say "  $2"
  exit "${3:-1}"
}

# The comment at the head of the calling script is its help.
show_help() { awk 'NR > 1 { if (!sub(/^# ?/, "")) exit; print }' "$0"; }

# As many compilers at once as there are processors, but no more than fit into memory (a large file takes
# about 700 MB).
parallel_jobs() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 700000)}' /proc/meminfo 2>/dev/null || true)
  [ -n "$memory" ] && [ "$memory" -lt "$processors" ] && processors=$memory
  [ "$processors" -ge 1 ] || processors=1
  echo "$processors"
}

# guarded COMMAND …: runs it as a process group of its own, with nothing to read. A signal that ends the script ends that
# group too, and is waited for: nobody is left compiling or testing. Not for what asks at the terminal, as sudo does.
guarded_group=
guarded() {
  local status=0
  trap 'interrupted 1' HUP
  trap 'interrupted 2' INT
  trap 'interrupted 15' TERM
  set -m
  "$@" </dev/null &
  guarded_group=$!
  set +m
  wait "$guarded_group" || status=$?
  guarded_group=
  trap - HUP INT TERM
  return "$status"
}

# interrupted SIGNAL: ninja passes it on to compilers, which are in groups of their own, and so do guards within this one.
interrupted() {
  trap '' HUP INT TERM
  [ -z "$guarded_group" ] || { kill -TERM -- "-$guarded_group" && wait "$guarded_group"; } 2>/dev/null || true
  exit $((128 + $1))
}

# configure DIRECTORY [NAME=VALUE …]: runs cmake when the directory is new or a value differs from the one it was
# configured with; otherwise the build itself notices changed CMake files.
configure() {
  local directory=$1 option current=true log
  shift
  [ -f "$directory/build.ninja" ] || current=false
  for option in "$@"; do
    $current || break
    grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "$directory/CMakeCache.txt" || current=false
  done
  $current && return 0
  mkdir -p "$directory"
  log=$directory/configure.log
  # The launcher is looked for again, so that removing or adding ccache needs no new directory.
  if ! guarded cmake -S "$project" -B "$directory" -G Ninja -UCCACHE "${@/#/-D}" >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake failed in $directory" "if the packages changed since, remove the directory and run again"
  fi
}

# progress: passes on what ninja says but for its steps, of which it tells how many are left, every ten seconds.
progress() {
  local line next=$((SECONDS + 10))
  while IFS= read -r line; do
    [[ ! $line =~ ^(--|ninja: (Entering|no work)) ]] || continue
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
      [ "$SECONDS" -ge "$next" ] || continue
      next=$((SECONDS + 10))
      line="building: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} steps done"
    fi
    printf '%s\n' "$line"
  done
}

run_ninja() {
  if [ -t 2 ]; then
    ninja "$@" >&2
  else
    NINJA_STATUS='[%f/%t] ' ninja "$@" 2>&1 | progress >&2
  fi
}

# build DIRECTORY [TARGET …]: on a terminal one line shows the progress, elsewhere a line now and then.
build() {
  local directory=$1
  shift
  # Other checkouts of the same source share ccache's results; the precompiled header needs the sloppiness.
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR="$project" CCACHE_SLOPPINESS=pch_defines,time_macros
  # Users of services have no home to cache in.
  [ -w "${HOME:-/nonexistent}" ] || export CCACHE_DIR="$directory/ccache"
  guarded run_ninja -C "$directory" -j "$(parallel_jobs)" "$@" || die "the build failed in $directory"
}
