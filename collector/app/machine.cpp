#include "collector/app/machine.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>

#include "collector/core/resources.h"
#include "collector/core/units.h"

namespace collector {
namespace {

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

// Nothing, and the reason in `why`, when it can't be read.
std::optional<std::string> text_of(const Files& files, std::string_view path, std::string& why) {
  KeptFile file(files, path);
  const auto text = file.read();
  if (text) return std::string(*text);
  if (lacks_resources(text.error().number))
    throw std::system_error(text.error().number, std::generic_category(), file.path());
  why = text.error().what;
  return std::nullopt;
}

std::optional<std::int64_t> btime_of(std::string_view stat) {
  constexpr std::string_view name = "btime ";
  while (!stat.empty()) {
    const std::string_view line = stat.substr(0, stat.find('\n'));
    stat.remove_prefix(std::min(line.size() + 1, stat.size()));
    if (!line.starts_with(name)) continue;
    const auto number = parse_integer(line.substr(name.size()));
    return number && *number > 0 ? std::optional(*number) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

BootSigns boot_signs(const Files& files, Instant now) {
  BootSigns signs;
  signs.now = now;
  constexpr std::string_view path = "/proc/sys/kernel/random/boot_id";
  const auto id = text_of(files, path, signs.why_no_id);
  if (id) signs.id = trimmed(*id);
  if (id && signs.id.empty()) signs.why_no_id = std::string(path) + " is empty";
  std::string ignored;
  if (const auto stat = text_of(files, "/proc/stat", ignored)) signs.btime = btime_of(*stat);
  return signs;
}

std::string machine_id() {
  const Files system;
  for (const std::string_view path : {"/etc/machine-id", "/var/lib/dbus/machine-id"})
    if (auto text = system.read(path)) {
      std::string id = trimmed(*std::move(text));
      if (!id.empty() && id != "uninitialized") return id;
    }
  return {};
}

}  // namespace collector
