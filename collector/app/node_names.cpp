#include "collector/app/node_names.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace collector {
namespace {

constexpr double from_milliseconds = 1e-3;
constexpr double from_microseconds = 1e-6;
constexpr double from_megabits = 1e6 / 8;

struct NodeName {
  std::string_view measurement;
  std::string_view field;
  std::string_view name;
  double factor = 1;
};

constexpr auto node_names = std::to_array<NodeName>({
    {"net", "bytes_recv", "node_network_receive_bytes_total"},
    {"net", "bytes_sent", "node_network_transmit_bytes_total"},
    {"net", "packets_recv", "node_network_receive_packets_total"},
    {"net", "packets_sent", "node_network_transmit_packets_total"},
    {"net", "err_in", "node_network_receive_errs_total"},
    {"net", "err_out", "node_network_transmit_errs_total"},
    {"net", "drop_in", "node_network_receive_drop_total"},
    {"net", "drop_out", "node_network_transmit_drop_total"},
    {"net", "speed", "node_network_speed_bytes", from_megabits},
    {"mem", "total", "node_memory_MemTotal_bytes"},
    {"mem", "free", "node_memory_MemFree_bytes"},
    {"mem", "available", "node_memory_MemAvailable_bytes"},
    {"mem", "buffered", "node_memory_Buffers_bytes"},
    {"mem", "swap_cached", "node_memory_SwapCached_bytes"},
    {"mem", "active", "node_memory_Active_bytes"},
    {"mem", "inactive", "node_memory_Inactive_bytes"},
    {"mem", "dirty", "node_memory_Dirty_bytes"},
    {"mem", "write_back", "node_memory_Writeback_bytes"},
    {"mem", "mapped", "node_memory_Mapped_bytes"},
    {"mem", "shared", "node_memory_Shmem_bytes"},
    {"mem", "slab", "node_memory_Slab_bytes"},
    {"mem", "sreclaimable", "node_memory_SReclaimable_bytes"},
    {"mem", "sunreclaim", "node_memory_SUnreclaim_bytes"},
    {"mem", "page_tables", "node_memory_PageTables_bytes"},
    {"mem", "commit_limit", "node_memory_CommitLimit_bytes"},
    {"mem", "committed_as", "node_memory_Committed_AS_bytes"},
    {"mem", "vmalloc_total", "node_memory_VmallocTotal_bytes"},
    {"mem", "vmalloc_used", "node_memory_VmallocUsed_bytes"},
    {"mem", "huge_pages_total", "node_memory_HugePages_Total"},
    {"mem", "huge_pages_free", "node_memory_HugePages_Free"},
    {"mem", "huge_page_size", "node_memory_Hugepagesize_bytes"},
    {"swap", "total", "node_memory_SwapTotal_bytes"},
    {"swap", "free", "node_memory_SwapFree_bytes"},
    {"system", "load1", "node_load1"},
    {"system", "load5", "node_load5"},
    {"system", "load15", "node_load15"},
    {"kernel", "context_switches", "node_context_switches_total"},
    {"kernel", "interrupts", "node_intr_total"},
    {"kernel", "processes_forked", "node_forks_total"},
    {"kernel", "boot_time", "node_boot_time_seconds"},
    {"kernel", "entropy_avail", "node_entropy_available_bits"},
    {"disk", "total", "node_filesystem_size_bytes"},
    {"disk", "free", "node_filesystem_avail_bytes"},
    {"disk", "inodes_total", "node_filesystem_files"},
    {"disk", "inodes_free", "node_filesystem_files_free"},
    {"diskio", "reads", "node_disk_reads_completed_total"},
    {"diskio", "writes", "node_disk_writes_completed_total"},
    {"diskio", "read_bytes", "node_disk_read_bytes_total"},
    {"diskio", "write_bytes", "node_disk_written_bytes_total"},
    {"diskio", "read_time", "node_disk_read_time_seconds_total", from_milliseconds},
    {"diskio", "write_time", "node_disk_write_time_seconds_total", from_milliseconds},
    {"diskio", "io_time", "node_disk_io_time_seconds_total", from_milliseconds},
    {"diskio", "weighted_io_time", "node_disk_io_time_weighted_seconds_total", from_milliseconds},
    {"diskio", "merged_reads", "node_disk_reads_merged_total"},
    {"diskio", "merged_writes", "node_disk_writes_merged_total"},
    {"diskio", "iops_in_progress", "node_disk_io_now"},
    {"netproto", "ip_in_octets", "node_netstat_IpExt_InOctets"},
    {"netproto", "ip_out_octets", "node_netstat_IpExt_OutOctets"},
    {"netproto", "ip6_in_octets", "node_netstat_Ip6_InOctets"},
    {"netproto", "ip6_out_octets", "node_netstat_Ip6_OutOctets"},
    {"netproto", "tcp_active_opens", "node_netstat_Tcp_ActiveOpens"},
    {"netproto", "tcp_passive_opens", "node_netstat_Tcp_PassiveOpens"},
    {"netproto", "tcp_curr_estab", "node_netstat_Tcp_CurrEstab"},
    {"netproto", "tcp_in_segs", "node_netstat_Tcp_InSegs"},
    {"netproto", "tcp_out_segs", "node_netstat_Tcp_OutSegs"},
    {"netproto", "tcp_retrans_segs", "node_netstat_Tcp_RetransSegs"},
    {"netproto", "tcp_in_errs", "node_netstat_Tcp_InErrs"},
    {"netproto", "tcp_out_rsts", "node_netstat_Tcp_OutRsts"},
    {"netproto", "tcp_syncookies_sent", "node_netstat_TcpExt_SyncookiesSent"},
    {"netproto", "tcp_listen_overflows", "node_netstat_TcpExt_ListenOverflows"},
    {"netproto", "tcp_listen_drops", "node_netstat_TcpExt_ListenDrops"},
    {"netproto", "tcp_timeouts", "node_netstat_TcpExt_TCPTimeouts"},
    {"netproto", "tcp_syn_retrans", "node_netstat_TcpExt_TCPSynRetrans"},
    {"netproto", "udp_in_datagrams", "node_netstat_Udp_InDatagrams"},
    {"netproto", "udp_out_datagrams", "node_netstat_Udp_OutDatagrams"},
    {"netproto", "udp_no_ports", "node_netstat_Udp_NoPorts"},
    {"netproto", "udp_in_errors", "node_netstat_Udp_InErrors"},
    {"netproto", "udp_rcvbuf_errors", "node_netstat_Udp_RcvbufErrors"},
    {"netproto", "udp_sndbuf_errors", "node_netstat_Udp_SndbufErrors"},
    {"netproto", "udp6_in_datagrams", "node_netstat_Udp6_InDatagrams"},
    {"netproto", "udp6_out_datagrams", "node_netstat_Udp6_OutDatagrams"},
    {"netproto", "udp6_no_ports", "node_netstat_Udp6_NoPorts"},
    {"netproto", "udp6_in_errors", "node_netstat_Udp6_InErrors"},
    {"netproto", "udp6_rcvbuf_errors", "node_netstat_Udp6_RcvbufErrors"},
    {"netproto", "sockets_used", "node_sockstat_sockets_used"},
    {"netproto", "tcp_inuse", "node_sockstat_TCP_inuse"},
    {"netproto", "tcp_orphan", "node_sockstat_TCP_orphan"},
    {"netproto", "tcp_tw", "node_sockstat_TCP_tw"},
    {"netproto", "tcp_alloc", "node_sockstat_TCP_alloc"},
    {"netproto", "udp_inuse", "node_sockstat_UDP_inuse"},
    {"netproto", "tcp6_inuse", "node_sockstat_TCP6_inuse"},
    {"netproto", "udp6_inuse", "node_sockstat_UDP6_inuse"},
});

// Where the name follows from the series.
struct SeriesName {
  std::string_view series;
  std::string_view name;
};
constexpr auto pressure_names = std::to_array<SeriesName>({
    {"pressure{resource=cpu,type=some}", "node_pressure_cpu_waiting_seconds_total"},
    {"pressure{resource=io,type=some}", "node_pressure_io_waiting_seconds_total"},
    {"pressure{resource=io,type=full}", "node_pressure_io_stalled_seconds_total"},
    {"pressure{resource=memory,type=some}", "node_pressure_memory_waiting_seconds_total"},
    {"pressure{resource=memory,type=full}", "node_pressure_memory_stalled_seconds_total"},
});

// Our tags under node_exporter's names.
std::vector<Tag> renamed_tags(const Series& series) {
  const std::string_view measurement = series.measurement().name;
  std::vector<Tag> labels(series.tags().begin(), series.tags().end());
  for (Tag& label : labels) {
    if ((measurement == "net" && label.key == "interface") ||
        (measurement == "diskio" && label.key == "name"))
      label.key = "device";
    if (measurement == "disk" && label.key == "path") label.key = "mountpoint";
  }
  return normalise_tags(std::move(labels));
}

// One core's time in one state; node_exporter has no sum of all cores.
std::optional<NodeMetric> cpu_time(const Series& series, const Field& field) {
  constexpr std::string_view prefix = "time_";
  const std::string_view core = series.tag("cpu");
  if (!core.starts_with("cpu") || core.find_first_not_of("0123456789", 3) != std::string_view::npos ||
      !field.name.starts_with(prefix))
    return std::nullopt;
  std::string_view mode = std::string_view(field.name).substr(prefix.size());
  const bool guest = mode.starts_with("guest");
  if (guest) mode = mode == "guest" ? "user" : "nice";
  static const double jiffy = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return NodeMetric{guest ? "node_cpu_guest_seconds_total" : "node_cpu_seconds_total",
                    jiffy,
                    {{"cpu", std::string(core.substr(3))}, {"mode", std::string(mode)}}};
}

}  // namespace

std::optional<NodeMetric> node_metric(const Series& series, const Field& field) {
  const std::string_view measurement = series.measurement().name;
  if (measurement == "cpu") return cpu_time(series, field);
  if (measurement == "pressure" && field.name == "total") {
    const auto found = std::ranges::find(pressure_names, series.text(), &SeriesName::series);
    if (found == pressure_names.end()) return std::nullopt;
    return NodeMetric{std::string(found->name), from_microseconds, {}};
  }
  const auto found = std::ranges::find_if(node_names, [&](const NodeName& name) {
    return name.measurement == measurement && name.field == field.name;
  });
  if (found == node_names.end()) return std::nullopt;
  return NodeMetric{std::string(found->name), found->factor, renamed_tags(series)};
}

}  // namespace collector
