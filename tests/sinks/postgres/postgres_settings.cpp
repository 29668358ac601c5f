#include "tests/sinks/postgres/postgres_settings.h"

#include <utility>

#include "sinks/postgres/postgres_sink.h"
#include "tests/sinks/default_settings.h"

namespace collector::test {

Settings postgres_settings(std::string url) {
  Settings settings = default_settings(postgres_sink().component.settings);
  settings.set("url", std::move(url));
  return settings;
}

}  // namespace collector::test
