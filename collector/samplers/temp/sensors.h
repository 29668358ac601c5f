// Finding the temperature sensors of a machine, and reading what sysfs says of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/samplers/files.h"

namespace collector {

// A file in which the kernel says that the number beside it is void.
struct SensorMark {
  std::string file;
  enum class Kind : std::uint8_t { fault, enable, mode } kind = Kind::fault;

  friend bool operator==(const SensorMark&, const SensorMark&) = default;
};

// Why the number is void, given the mark's text: "is marked as faulty by its driver"; empty: it is not.
std::string_view void_by_mark(SensorMark::Kind kind, std::string_view text);

struct Sensor {
  std::string name;            // "coretemp_package_id_0_input", as Telegraf names it
  std::string device;          // "coretemp.0", "nvme0", "thermal_zone1": tells two sensors of one name apart
  std::string file;            // below the root: "/sys/class/hwmon/hwmon0/temp1_input"
  std::optional<double> high;  // limits, in degrees Celsius
  std::optional<double> critical;
  std::vector<SensorMark> marks;

  friend bool operator==(const Sensor&, const Sensor&) = default;
};

// All of hwmon, then those thermal zones that hwmon does not show already. Reads names and limits, not
// temperatures. An error when either can't be listed; of a chip or zone that can't be looked into there is
// nothing, and `unseen` says so.
Result<std::vector<Sensor>> find_sensors(const Files& files, std::vector<std::string>& unseen);

// "45500\n" → 45.5. An error for what is no number, or what no sensor of a machine measures (below -100 or
// above 250 degrees): open inputs and registers that hold no reading come out as -128, 255.5 or worse.
Result<double> parse_temperature(std::string_view text);

}  // namespace collector
