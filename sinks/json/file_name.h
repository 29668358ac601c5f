// Names of the files of one JSON sink:
//
//   archive-20260131T120000Z-000017-3f2a9c1b.ndjson       being written, or closed and not compressed (yet)
//   archive-20260131T120000Z-000017-3f2a9c1b.ndjson.zst   closed and compressed
//
// The sink's name, when its first batch was measured (UTC), a number that grows by one from file to file (so
// that the order stands whatever the clock does), and the beginning of the epoch its batch numbers belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/time.h"
#include "collector/core/uuid.h"

namespace collector::json_files {

struct FileName {
  std::string sink;  // as escape_sink_name() gives it
  WallTime start{};  // whole seconds
  std::uint64_t number = 0;
  std::string epoch;  // see short_epoch()
  bool compressed = false;

  std::string text() const;
  // Nothing when it is not a name of this sink's, to the letter.
  static std::optional<FileName> parse(std::string_view sink, std::string_view text);

  friend bool operator==(const FileName&, const FileName&) = default;
};

inline constexpr std::string_view unfinished_suffix = ".tmp";  // behind ".ndjson.zst" while it is being made

// Letters, digits, '.', '-' and '_' stay, anything else becomes %XX: different names stay different.
std::string escape_sink_name(std::string_view name);
std::string short_epoch(const Uuid& epoch);  // the first eight hexadecimal digits

}  // namespace collector::json_files
