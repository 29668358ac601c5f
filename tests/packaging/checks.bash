# Sourced by what checks a package in a bare tree, under the tree's own systemd, without a network but for a pair of
# interfaces. Lines that begin with --- are what was found to be so.
# shellcheck shell=bash disable=SC2034
set -eEuo pipefail
say() { echo "--- $*"; }
# shellcheck disable=SC2154
trap 'status=$?; echo "--- FAILED (status $status) at line $LINENO: $BASH_COMMAND"; journalctl -q --no-pager -n 40;
  systemctl --no-pager status collector || true' ERR

mapfile -t debs < <(find /packages -name '*.deb' | sort)
state=/var/lib/collector
database=$state/collector.db
# A file is asked, never made: it would be root's.
query() { [ -e "$database" ] && sqlite3 -cmd ".timeout 5000" "$database" "$1"; }
installed_files() {
  # Not what dpkg, apt and systemd write about whatever is installed.
  find / -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -path /packages -o -path /proc -o -path /sys \
    -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/lib/private -o -path /var/lib/systemd \
    -o -path /etc/machine-id \) -prune -o -print | sort
}
# within SECONDS COMMAND …: that it comes true.
within() {
  local i limit=$1
  shift
  for ((i = 0; i < limit * 10; ++i)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  echo "never came true: $*"
  return 1
}
eventually() { within 30 "$@"; }
# answers COMMAND …: a status, healthy or not: by default no interface of this tree is reported, which is a reason.
answers() {
  local status=0
  "$@" || status=$?
  [ "$status" -le 1 ]
}
property() { systemctl show --value -p "$1" collector; }

# A pair of interfaces on which nothing happens but what is sent here.
sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
if [ ! -e /sys/class/net/v0 ]; then
  ip link set lo up
  ip link add v0 type veth peer name v1
  ip link set v0 up
  ip link set v1 up
  ip address add 10.9.0.1/24 dev v0
  ip neighbour add 10.9.0.9 lladdr 02:00:00:00:00:09 dev v0
fi
traffic() {
  local i
  for ((i = 0; i < 40; ++i)); do echo "datagram $i" >/dev/udp/10.9.0.9/9; done
}
kernel_sent() { cat /sys/class/net/v0/statistics/tx_bytes; }
recorded_sent() { query "SELECT coalesce(sum(bytes_sent), 0) FROM net WHERE interface = 'v0'"; }

# An ordinary user, with a home and nothing in it.
ann_home=/home/ann
ann() { setpriv --reuid ann --regid ann --init-groups env -i HOME=$ann_home USER=ann PATH=/usr/bin:/bin "$@"; }
ann_database=$ann_home/.local/state/collector/collector.db
# rows_of DATABASE TABLE: how many.
rows_of() { { [ -e "$1" ] && sqlite3 -cmd ".timeout 5000" "$1" "SELECT count(*) FROM $2" 2>/dev/null; } || echo 0; }
# more_rows DATABASE TABLE COUNT: than that.
more_rows() { [ "$(rows_of "$1" "$2")" -gt "$3" ]; }
