#include "collector/samplers/temp/sensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::string_view zone_name = "thermal_zone";

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

std::string read_word(const Files& files, const std::string& path) {
  const auto text = files.read(path);
  return std::string(text ? trimmed(*text) : std::string_view());
}

// "Package id 0" → "package_id_0"
std::string as_name(std::string text) {
  for (char& character : text) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
    if (static_cast<unsigned char>(character) <= ' ' || character == 0x7f) character = '_';
  }
  return text;
}

std::optional<double> read_limit(const Files& files, const std::string& path) {
  const auto text = files.read(path);
  const auto limit = text ? parse_temperature(*text) : fail(path);
  return limit ? std::optional(*limit) : std::nullopt;
}

void add_mark(const Files& files, std::string path, SensorMark::Kind kind, std::vector<SensorMark>& out) {
  // One that can't be looked at is kept, as far as is known: reading it then fails, and marks nothing.
  if (files.exists(path).value_or(true)) out.push_back({std::move(path), kind});
}

bool is_taken(const std::vector<Sensor>& sensors, const std::string& device, const std::string& name) {
  return std::ranges::any_of(
      sensors, [&](const Sensor& sensor) { return sensor.name == name && sensor.device == device; });
}

// The sensor's name, which no other of the device has: some boards give two channels one label, and some
// drivers make several chips of one name for one device.
std::string unused_name(const std::vector<Sensor>& sensors, const std::string& device,
                        const std::string& beginning, const std::string& channel, const std::string& hwmon) {
  for (const std::string& end : {"_input"s, "_" + channel + "_input"})
    if (std::string name = beginning + end; !is_taken(sensors, device, name)) return name;
  return fmt::format("{}_{}_{}_input", beginning, channel, hwmon);
}

// What was found so far, and what could not be looked into.
struct Found {
  std::vector<Sensor> sensors;
  std::vector<std::string>& unseen;

  std::vector<std::string> names_in(const Files& files, const std::string& folder) const {
    auto names = files.list(folder);
    if (names) return *std::move(names);
    unseen.push_back(names.error().what);
    return {};
  }
};

void find_in_chip(const Files& files, const std::string& folder, const std::string& chip,
                  const std::string& device, const std::string& hwmon, Found& found) {
  std::vector<Sensor>& out = found.sensors;
  // The kernel puts all zones of one type into the chip of the first: the others' channels are no sensors of
  // its device, and are found as zones.
  const bool of_zones =
      device.starts_with(zone_name) && files.exists("/sys/class/thermal/" + device).value_or(true);
  for (const std::string& entry : found.names_in(files, folder)) {
    constexpr std::string_view input = "_input";
    if (!entry.starts_with("temp") || !entry.ends_with(input)) continue;
    const std::string channel = entry.substr(0, entry.size() - input.size());  // "temp1"
    if (of_zones && channel != "temp1") continue;
    const std::string prefix = folder + "/" + channel;
    std::string label = as_name(read_word(files, prefix + "_label"));
    if (label.empty()) label = channel;
    std::string name = unused_name(out, device, chip + "_" + label, channel, hwmon);
    std::vector<SensorMark> marks;
    add_mark(files, prefix + "_fault", SensorMark::Kind::fault, marks);
    add_mark(files, prefix + "_enable", SensorMark::Kind::enable, marks);
    // The chip of a thermal zone goes by the zone's mode.
    add_mark(files, folder + "/device/mode", SensorMark::Kind::mode, marks);
    out.push_back({std::move(name), device, prefix + std::string(input), read_limit(files, prefix + "_max"),
                   read_limit(files, prefix + "_crit"), std::move(marks)});
  }
}

Result<> find_hwmon(const Files& files, Found& found) {
  const std::string base = "/sys/class/hwmon";
  const auto chips = files.list(base);
  if (!chips) return std::unexpected(chips.error());
  for (const std::string& entry : *chips) {
    const std::string folder = base + "/" + entry;
    std::error_code no_link;
    const std::string target =
        fs::read_symlink(files.resolve(folder + "/device"), no_link).filename().string();
    const std::string device = target.empty() ? entry : target;
    std::string chip = as_name(read_word(files, folder + "/name"));
    if (chip.empty()) chip = entry;
    const std::size_t before = found.sensors.size();
    find_in_chip(files, folder, chip, device, entry, found);
    // Old drivers keep their files one level down.
    if (found.sensors.size() == before) find_in_chip(files, folder + "/device", chip, device, entry, found);
  }
  return {};
}

Result<> find_zones(const Files& files, Found& found) {
  const std::string base = "/sys/class/thermal";
  std::vector<Sensor>& out = found.sensors;
  const std::size_t of_hwmon = out.size();
  const auto zones = files.list(base);
  if (!zones) return std::unexpected(zones.error());
  for (const std::string& zone : *zones) {
    const bool known = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(of_hwmon),
                                   [&](const Sensor& sensor) { return sensor.device == zone; });
    const std::string folder = base + "/" + zone;
    if (!zone.starts_with(zone_name) || known) continue;
    const auto has_temperature = files.exists(folder + "/temp");
    if (!has_temperature) found.unseen.push_back(has_temperature.error().what);
    if (!has_temperature.value_or(false)) continue;
    Sensor sensor{as_name(read_word(files, folder + "/type")), zone, folder + "/temp", {}, {}, {}};
    add_mark(files, folder + "/mode", SensorMark::Kind::mode, sensor.marks);
    if (sensor.name.empty()) sensor.name = zone;
    sensor.name += "_input";
    for (const std::string& entry : found.names_in(files, folder)) {
      constexpr std::string_view type = "_type";
      if (!entry.starts_with("trip_point_") || !entry.ends_with(type)) continue;
      if (read_word(files, folder + "/" + entry) == "critical")
        sensor.critical =
            read_limit(files, folder + "/" + entry.substr(0, entry.size() - type.size()) + "_temp");
    }
    out.push_back(std::move(sensor));
  }
  return {};
}

}  // namespace

Result<std::vector<Sensor>> find_sensors(const Files& files, std::vector<std::string>& unseen) {
  unseen.clear();
  Found found{{}, unseen};
  if (auto hwmon = find_hwmon(files, found); !hwmon) return std::unexpected(hwmon.error());
  if (auto zones = find_zones(files, found); !zones) return std::unexpected(zones.error());
  return std::move(found.sensors);
}

std::string_view void_by_mark(SensorMark::Kind kind, std::string_view text) {
  text = trimmed(text);
  switch (kind) {
    case SensorMark::Kind::fault:
      return text.empty() || text == "0" ? "" : "is marked as faulty by its driver";
    case SensorMark::Kind::enable:
      return text == "0" ? "is switched off" : "";
    case SensorMark::Kind::mode:
      return text == "disabled" ? "is switched off" : "";
  }
  std::unreachable();
}

Result<double> parse_temperature(std::string_view text) {
  constexpr std::int64_t lowest = -100'000, highest = 250'000;
  const auto thousandths = parse_signed(trimmed(text));
  if (!thousandths) return fail("not a whole number: " + excerpt(text));
  if (*thousandths < lowest || *thousandths > highest) return fail("no temperature: " + excerpt(text));
  return static_cast<double>(*thousandths) / 1000.0;
}

}  // namespace collector
