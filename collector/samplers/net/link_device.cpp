#include "collector/samplers/net/link_device.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <string_view>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector {
namespace {

std::string path_of(const Link& link, std::string_view file) {
  return fmt::format("/sys/class/net/{}/{}", link.name, file);
}

std::string first_line(const Files& files, const Link& link, std::string_view file) {
  const auto text = files.read(path_of(link, file));
  if (!text) return {};
  std::string_view rest = *text;
  return std::string(next_line(rest).value_or(""));
}

}  // namespace

bool sysfs_shows(const Files& files, const Link& link) {
  return parse_unsigned(first_line(files, link, "ifindex")) == link.index &&
         first_line(files, link, "address") == link.address;
}

bool sysfs_has_device(const Files& files, const Link& link) {
  // Where it can't be told the link is taken for one without: its limit is then the general one.
  return files.exists(path_of(link, "device")).value_or(false);
}

std::int64_t sysfs_speed(const Files& files, const Link& link) {
  const auto speed = parse_signed(first_line(files, link, "speed"));
  // -1 is the driver's "unknown"; some say it unsigned.
  if (!speed || *speed <= 0 || *speed > std::numeric_limits<std::int32_t>::max()) return 0;
  return *speed;
}

}  // namespace collector
