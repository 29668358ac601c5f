#include "collector/cli/sample_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "collector/cli/table.h"
#include "collector/core/plural.h"
#include "collector/core/units.h"

namespace collector {
namespace {

// The values of one series, by the names of their fields.
class SeriesValues {
 public:
  SeriesValues(const Snapshot& snapshot, std::size_t index) : snapshot_(&snapshot), index_(index) {}

  std::string_view tag(std::string_view key) const { return snapshot_->layout->series[index_]->tag(key); }
  std::optional<double> value(std::string_view field) const {
    const auto at = snapshot_->layout->series[index_]->measurement().field(field);
    if (!at) return std::nullopt;
    const Value& value = snapshot_->values_of(index_)[*at];
    switch (value.type()) {
      case Value::Type::counter:
        return static_cast<double>(value.as_counter());
      case Value::Type::integer:
        return static_cast<double>(value.as_integer());
      case Value::Type::real:
        return value.as_real();
      case Value::Type::absent:
      case Value::Type::text:
        break;
    }
    return std::nullopt;
  }
  double number(std::string_view field) const { return value(field).value_or(0); }
  // "-": there was one reading only, or it was set aside.
  std::string rate(std::string_view field) const {
    const auto at = snapshot_->layout->series[index_]->measurement().field(field);
    if (!at || !snapshot_->rates_of(index_)[*at]) return "-";
    return human_rate(*snapshot_->rates_of(index_)[*at]);
  }

 private:
  const Snapshot* snapshot_;
  std::size_t index_;
};

std::vector<SeriesValues> all_of(const Snapshot& snapshot, std::string_view measurement) {
  std::vector<SeriesValues> found;
  for (std::size_t i = 0; i < snapshot.layout->series.size(); ++i)
    if (snapshot.layout->series[i]->measurement().name == measurement) found.emplace_back(snapshot, i);
  return found;
}

// How many of each are shown.
struct Limits {
  std::size_t interfaces = 8;
  std::size_t filesystems = 4;
  std::size_t disks = 3;

  bool shrink() {
    std::size_t* const largest = std::max({&interfaces, &filesystems, &disks},
                                          [](const std::size_t* a, const std::size_t* b) { return *a < *b; });
    if (*largest <= 1) return false;
    --*largest;
    return true;
  }
};

// The first ones by `weight`, largest first.
template <typename Weight>
std::size_t keep_first(std::vector<SeriesValues>& all, std::size_t limit, Weight weight) {
  std::ranges::stable_sort(
      all, [&](const SeriesValues& a, const SeriesValues& b) { return weight(a) > weight(b); });
  const std::size_t left_out = all.size() - std::min(limit, all.size());
  all.erase(all.end() - static_cast<std::ptrdiff_t>(left_out), all.end());
  return left_out;
}

std::string more_line(std::size_t left_out, std::string_view what, std::string_view sampler,
                      const Terminal& terminal) {
  if (left_out == 0) return {};
  return terminal.fit(fmt::format("and {} more {}: collector sample {}", left_out, what, sampler)) + "\n";
}

// Too narrow for the columns of totals.
bool is_narrow(const Terminal& terminal) {
  constexpr std::size_t wide_enough = 66;
  return terminal.columns > 0 && terminal.columns < wide_enough;
}

std::string network(const Snapshot& snapshot, const std::vector<std::string>& down, const Limits& limits,
                    const Terminal& terminal) {
  std::vector<SeriesValues> all = all_of(snapshot, "net");
  const std::size_t left_out = keep_first(all, limits.interfaces, [](const SeriesValues& each) {
    return std::pair(each.tag("kind") == "physical", each.number("bytes_recv") + each.number("bytes_sent"));
  });
  const bool narrow = is_narrow(terminal);
  std::vector<TableColumn> columns{{"network"}, {"in", true}, {"out", true}};
  if (!narrow) columns.insert(columns.end(), {{"in, since boot", true}, {"out, since boot", true}});
  Table table(std::move(columns));
  for (const SeriesValues& each : all) {
    std::vector<std::string> cells{std::string(each.tag("interface")), each.rate("bytes_recv"),
                                   each.rate("bytes_sent")};
    if (!narrow)
      cells.insert(cells.end(),
                   {human_bytes(each.number("bytes_recv")), human_bytes(each.number("bytes_sent"))});
    table.add(std::move(cells));
  }
  std::string out = table.empty() ? "" : table.text(terminal);
  return out + more_line(left_out, "interfaces", "net", terminal) + down_line(down, terminal);
}

std::string filesystems(const Snapshot& snapshot, const Limits& limits, const Terminal& terminal) {
  std::vector<SeriesValues> all = all_of(snapshot, "disk");
  const std::size_t left_out =
      keep_first(all, limits.filesystems, [](const SeriesValues& each) { return each.number("total"); });
  if (all.empty()) return {};
  Table table({{"filesystem"}, {"used", true}, {"free", true}, {"size", true}});
  for (const SeriesValues& each : all)
    table.add({std::string(each.tag("path")), fmt::format("{:.0f} %", each.number("used_percent")),
               human_bytes(each.number("free")), human_bytes(each.number("total"))});
  return table.text(terminal) + more_line(left_out, "filesystems", "disk", terminal);
}

std::string disks(const Snapshot& snapshot, const Limits& limits, const Terminal& terminal) {
  std::vector<SeriesValues> all = all_of(snapshot, "diskio");
  std::erase_if(all, [](const SeriesValues& each) { return each.tag("kind") != "disk"; });
  const std::size_t left_out = keep_first(all, limits.disks, [](const SeriesValues& each) {
    return each.number("read_bytes") + each.number("write_bytes");
  });
  if (all.empty()) return {};
  Table table({{"disk"}, {"reads", true}, {"writes", true}});
  for (const SeriesValues& each : all)
    table.add({std::string(each.tag("name")), each.rate("read_bytes"), each.rate("write_bytes")});
  return table.text(terminal) + more_line(left_out, "disks", "diskio", terminal);
}

std::string machine(const Snapshot& snapshot, const Terminal& terminal) {
  std::string out;
  const auto line = [&](std::string_view name, const std::string& text) {
    out += terminal.fit(terminal.paint(fmt::format("{:<11}", name), Style::bold) + text) + "\n";
  };
  for (const SeriesValues& cpu : all_of(snapshot, "cpu"))
    if (const auto idle = cpu.value("usage_idle"); idle && cpu.tag("cpu") == "cpu-total")
      line("cpu", fmt::format("{:.0f} % busy", 100 - *idle));
  for (const SeriesValues& system : all_of(snapshot, "system"))
    line("load", fmt::format("{:.2f}, {:.2f}, {:.2f} on {}; up {}", system.number("load1"),
                             system.number("load5"), system.number("load15"),
                             counted(static_cast<std::uint64_t>(system.number("n_cpus")), "processor"),
                             human_duration(
                                 std::chrono::seconds(static_cast<std::int64_t>(system.number("uptime"))))));
  for (const SeriesValues& mem : all_of(snapshot, "mem"))
    line("memory", fmt::format("{:.0f} % of {} used, {} available", mem.number("used_percent"),
                               human_bytes(mem.number("total")), human_bytes(mem.number("available"))));
  for (const SeriesValues& swap : all_of(snapshot, "swap"))
    if (swap.number("total") > 0)
      line("swap", fmt::format("{:.0f} % of {} used", swap.number("used_percent"),
                               human_bytes(swap.number("total"))));
  for (const SeriesValues& processes : all_of(snapshot, "processes"))
    line("processes",
         fmt::format("{:.0f}, {:.0f} running, {}", processes.number("total"), processes.number("running"),
                     counted(static_cast<std::uint64_t>(processes.number("zombies")), "zombie")));
  std::optional<double> hottest;
  for (const SeriesValues& sensor : all_of(snapshot, "temp"))
    if (const auto temperature = sensor.value("temp"); temperature && (!hottest || *temperature > *hottest))
      hottest = temperature;
  if (hottest) line("hottest", fmt::format("{:.0f} C", *hottest));
  return out;
}

std::string with_limits(const Snapshot& snapshot, const std::vector<std::string>& down, const Limits& limits,
                        const Terminal& terminal) {
  std::string out;
  for (const std::string& part : {network(snapshot, down, limits, terminal), machine(snapshot, terminal),
                                  disks(snapshot, limits, terminal), filesystems(snapshot, limits, terminal)})
    if (!part.empty()) out += (out.empty() ? "" : "\n") + part;
  return out + (out.empty() ? "" : "\n") +
         about_values(!is_narrow(terminal) && !all_of(snapshot, "net").empty(), terminal) +
         terminal.fit("Every field: collector sample --all") + "\n";
}

}  // namespace

std::string down_line(const std::vector<std::string>& down, const Terminal& terminal) {
  if (down.empty()) return {};
  // A machine with hundreds of them must not fill the screen.
  constexpr std::size_t most = 8;
  std::string names;
  for (std::size_t i = 0; i < std::min(most, down.size()); ++i)
    names += (i == 0 ? "" : ", ") + down[i];
  if (down.size() > most) names += fmt::format(" and {} more", down.size() - most);
  return terminal.fit(terminal.printable("down: " + names)) + "\n";
}

std::string about_values(bool has_totals, const Terminal& terminal) {
  const std::string text = has_totals ? "Totals since boot; 1 kB is 1000 bytes." : "1 kB is 1000 bytes.";
  return terminal.paint(terminal.fit(text), Style::dim) + "\n";
}

std::string sample_summary(const Snapshot& snapshot, const std::vector<std::string>& down,
                           const Terminal& terminal) {
  Limits limits;
  std::string out = with_limits(snapshot, down, limits, terminal);
  while (static_cast<std::size_t>(std::ranges::count(out, '\n')) > summary_lines && limits.shrink())
    out = with_limits(snapshot, down, limits, terminal);
  return out;
}

}  // namespace collector
