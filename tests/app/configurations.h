// Configurations of the real catalogue, from text.
#pragma once

#include <stdexcept>
#include <string>

#include "collector/app/catalog.h"
#include "config/configuration.h"

namespace collector::test {

// `yaml` beside `state:`; on the machine "box". Throws the problems' texts.
inline Configuration configured(const std::string& yaml, const std::string& state = "/nowhere") {
  const Environment environment{[](const std::string&) { return std::nullopt; }, "box"};
  auto configuration =
      parse_configuration("state: " + state + "\n" + yaml, "collector.yaml", catalog(), environment);
  if (configuration) return *std::move(configuration);
  std::string texts;
  for (const Problem& problem : configuration.error())
    texts += problem.text() + "\n";
  throw std::runtime_error(texts);
}

}  // namespace collector::test
