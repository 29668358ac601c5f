// FileState: what the spool keeps with this sink's cursor, as a JSON object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace collector::json_files {

// Everything up to batch `sequence` of `epoch` is durable, and `file` is durable and right up to `offset`.
struct FileState {
  std::string file;  // within the sink's directory; empty: none was written yet
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  std::string epoch;  // see short_epoch()

  std::string text() const;
  // Nothing when the text is none of ours (empty, or left by a sink of another type).
  static std::optional<FileState> parse(std::string_view text);

  friend bool operator==(const FileState&, const FileState&) = default;
};

}  // namespace collector::json_files
