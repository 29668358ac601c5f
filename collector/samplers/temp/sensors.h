// Finding the temperature sensors of a machine, and reading what sysfs says of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/samplers/files.h"

namespace collector {

struct Sensor {
  std::string name;            // "coretemp_package_id_0_input", as Telegraf names it
  std::string device;          // "coretemp.0", "nvme0", "thermal_zone1": tells two sensors of one name apart
  std::string file;            // below the root: "/sys/class/hwmon/hwmon0/temp1_input"
  std::optional<double> high;  // limits, in degrees Celsius
  std::optional<double> critical;
};

// All of hwmon, then those thermal zones that hwmon does not show already. Reads names and limits, not
// temperatures.
std::vector<Sensor> find_sensors(const Files& files);

// "45500\n" → 45.5. An error for what is no number, or no temperature (below -273 or above 1000 degrees).
Result<double> parse_temperature(std::string_view text);

}  // namespace collector
