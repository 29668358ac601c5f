#include "collector/app/power.h"

#include <fmt/format.h>

#include <string>

namespace collector {
namespace {

constexpr std::string_view supplies = "/sys/class/power_supply";
constexpr Duration look_every = std::chrono::seconds(5);

std::string word_of(const Files& files, std::string_view supply, std::string_view name) {
  auto text = files.read(fmt::format("{}/{}/{}", supplies, supply, name));
  if (!text) return {};
  text->erase(text->find_last_not_of(" \t\r\n") + 1);
  return *text;
}

}  // namespace

Power read_power(const Files& files) {
  const auto names = files.list(supplies);
  if (!names) return Power::mains;
  bool has_battery = false, discharges = false, is_silent = false;
  for (const std::string& name : *names) {
    const std::string type = word_of(files, name, "type");
    if (word_of(files, name, "scope") == "Device") continue;
    if (type != "Battery") {
      // Mains, USB, Wireless; a UPS is what the machine is plugged into, and tells of itself elsewhere.
      if (type != "UPS" && word_of(files, name, "online") == "1") return Power::mains;
      continue;
    }
    if (word_of(files, name, "present") == "0") continue;
    has_battery = true;
    const std::string status = word_of(files, name, "status");
    discharges = discharges || status == "Discharging";
    is_silent = is_silent || status.empty() || status == "Unknown";
  }
  return has_battery && (discharges || is_silent) ? Power::battery : Power::mains;
}

bool PowerWatch::look(BootTime now) {
  if (power_ && now < next_) return false;
  next_ = now + look_every;
  const Power present = read_power(*files_);
  if (!power_) {
    power_ = present;
    seen_.reset();
    return true;
  }
  const bool is_certain = seen_ == present;
  seen_ = present == *power_ ? std::nullopt : std::optional(present);
  if (!seen_ || !is_certain) return false;
  power_ = present;
  seen_.reset();
  return true;
}

}  // namespace collector
