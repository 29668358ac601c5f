// What `collector setup` has changed, kept beside the configuration, so that `--uninstall` can bring back
// what was there before.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector {

struct RecordedFile {
  std::filesystem::path path;
  std::string checksum;          // of the text that setup wrote: who has edited it since wants it kept
  std::filesystem::path backup;  // what was there before; empty: nothing was
};

struct SetupRecord {
  std::filesystem::path state;  // the state directory
  std::string starter;          // "system", …
  // A unit of somebody else's (a package's) that was there before.
  bool unit_was_enabled = false;
  bool unit_was_active = false;
  std::vector<RecordedFile> files;

  const RecordedFile* find(const std::filesystem::path& path) const;  // null: not setup's
};

// Beside a configuration; in a state directory it marks data that an uninstall has left.
inline constexpr std::string_view record_name = "setup.record";

// Nothing: there is none, or it is not setup's.
std::optional<SetupRecord> read_record(const std::filesystem::path& folder);
Result<> write_record(const std::filesystem::path& folder, const SetupRecord& record);

std::string checksum_of(std::string_view text);

}  // namespace collector
