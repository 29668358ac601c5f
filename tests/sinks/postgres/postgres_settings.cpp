#include "tests/sinks/postgres/postgres_settings.h"

#include <chrono>
#include <utility>

namespace collector::test {

Settings postgres_settings(std::string url) {
  Settings settings;
  settings.set("url", std::move(url));
  settings.set("schema", std::string("collector"));
  settings.set("create", true);
  settings.set("sync_at_shutdown", false);
  settings.set("timeout", Duration(std::chrono::seconds(60)));
  settings.set("keep", std::monostate());
  settings.set("after_create", std::string());
  settings.set("after_migrate", std::string());
  return settings;
}

}  // namespace collector::test
