# Sourced by scripts that work in bare Debian trees: how to get one, and what a program in it needs mounted.
# shellcheck shell=bash disable=SC2154

kept=$project/build/bare  # plain trees as *.tar, what was compiled in them, and logs

# suite_of VERSION: the name of a Debian.
suite_of() {
  case $1 in
    12) echo bookworm ;;
    13) echo trixie ;;
    *) die "no Debian '$1'" "versions: 12, 13" 64 ;;
  esac
}

# Ends the script with 77 where there can be no trees.
need_trees() {
  [ "$(id -u)" -eq 0 ] || die "a bare Debian tree needs root" "run it as root" 77
  unshare --mount --pid --fork true 2>/dev/null || die "no mount namespaces here" "run it outside of the container" 77
  "$project/scripts/setup" bare || exit 77
  mkdir -p "$kept"
}

# The mirror that this system's apt uses for Debian itself; nothing: debootstrap's default.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    grep -v '^ *#' | grep -oE '[a-z]+://[^] ]*/debian/?( |$)' | head -n 1 | tr -d ' ' || true
}

# plain_tree SUITE DIRECTORY: the base system and nothing else; 77: can't be had.
plain_tree() {
  local suite=$1 tree=$2
  if [ ! -f "$kept/$suite.tar" ]; then
    # shellcheck disable=SC2046  # no mirror: no argument
    debootstrap --variant=minbase "$suite" "$tree" $(mirror) ||
      { say "no tree: debootstrap $suite failed; is the mirror reachable?" && return 77; }
    rm -f "$tree"/var/cache/apt/archives/*.deb
    tar -C "$tree" -cf "$kept/$suite.tar.new" .
    mv "$kept/$suite.tar.new" "$kept/$suite.tar"
  else
    tar -C "$tree" -xf "$kept/$suite.tar"
  fi
  # mktemp made the directory for root alone; as the root of a system it is everybody's.
  chmod 755 "$tree"
  cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
  apt-config dump | grep -E '^Acquire::(http|https)::Proxy ' >"$tree/etc/apt/apt.conf.d/90proxy" || true
}

# copy_project DIRECTORY: the sources, without what was built of them.
copy_project() {
  mkdir -p "$1"
  tar -C "$project" --exclude=./build --exclude='./build*' --exclude=./.git -cf - . | tar -C "$1" -xf -
}

# mount_tree DIRECTORY: in a mount and process namespace of its own; whatever is mounted ends with it.
mount_tree() {
  local tree=$1 device
  # The tree is a mount point, as the root of every real system is: tests make its mounts private.
  mount --bind "$tree" "$tree"
  cd "$tree" || return
  mount -t proc proc "$tree/proc"
  mount -t sysfs -o ro sysfs "$tree/sys"
  for device in null zero full random urandom tty; do
    [ -e "$tree/dev/$device" ] || : >"$tree/dev/$device"
    mount --bind "/dev/$device" "$tree/dev/$device"
  done
  mkdir -p "$tree/dev/shm"
  mount -t tmpfs tmpfs "$tree/dev/shm"
}

# in_tree DIRECTORY COMMAND …: with nothing of this system's environment.
in_tree() {
  local tree=$1
  shift
  chroot "$tree" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI="${CI:-}" \
    DEBIAN_FRONTEND=noninteractive "$@"
}
