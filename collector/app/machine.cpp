#include "collector/app/machine.h"

#include <string_view>
#include <system_error>

#include "collector/core/resources.h"

namespace collector {
namespace {

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

}  // namespace

std::string boot_id(const Files& files) {
  KeptFile file(files, "/proc/sys/kernel/random/boot_id");
  const auto text = file.read();
  if (!text && lacks_resources(text.error().number))
    throw std::system_error(text.error().number, std::generic_category(), file.path());
  return text ? trimmed(std::string(*text)) : std::string();
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
