// The configuration that is there when `collector setup` begins: its values are the defaults of the
// questions, and what setup does not ask about stays.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"

namespace collector {

// A key at the top of a YAML file with all that belongs to it, comments above it included, as it stands
// there.
struct YamlBlock {
  std::string key;
  std::string text;  // ends with a line end
};

struct PresentSink {
  std::string name;
  std::string type;
};

struct PresentConfiguration {
  std::filesystem::path file;  // empty: there is none
  std::string text;
  std::vector<YamlBlock> blocks;      // empty when it can't be taken apart: nothing of it is carried over
  std::vector<std::string> samplers;  // that are on; empty: it says nothing about them
  std::vector<PresentSink> sinks;     // empty: it says nothing about them

  const YamlBlock* block(std::string_view key) const;  // null: it has none
};

// Secrets need not be there: they stand in for themselves.
PresentConfiguration read_present(const std::filesystem::path& file, const Catalog& catalog,
                                  const Environment& environment);

// parse_configuration() of a text whose secrets are not there yet, or not for us: they are taken as present.
Checked<Configuration> parse_without_secrets(std::string yaml, const std::filesystem::path& file,
                                             const Catalog& catalog, const Environment& environment);

// `block`, of `sinks:`, with more entries: "  name:\n    type: …\n", in whatever way the block is written.
std::string with_entries(const YamlBlock& block, std::string_view entries);

}  // namespace collector
