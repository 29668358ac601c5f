#include "collector/app/machine.h"

#include <string_view>

namespace collector {
namespace {

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

}  // namespace

std::string boot_id(const Files& files) {
  auto text = files.read("/proc/sys/kernel/random/boot_id");
  return text ? trimmed(*std::move(text)) : std::string();
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
