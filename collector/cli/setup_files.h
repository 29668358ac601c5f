// The files that `collector setup` writes, and what becomes of those that are in their places.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/cli/setup_plan.h"
#include "collector/cli/setup_record.h"
#include "collector/core/error.h"

namespace collector {

std::optional<std::string> text_of_file(const std::filesystem::path& file);
bool is_marked(const std::filesystem::path& file);  // setup has written it

// Writes it beside its place and moves it there; makes the folder.
Result<> write_file_in_place(const std::filesystem::path& path, const std::string& text, mode_t mode);

struct Replacement {
  enum class Present : std::uint8_t {
    nothing,
    same,    // nothing is to be done
    ours,    // as setup wrote it: no loss
    theirs,  // somebody's own text: kept as `backup`
  };
  SetupFile file;
  Present present = Present::nothing;
  std::filesystem::path backup;
};

Replacement replacement_of(const SetupFile& file, const SetupRecord& record);
// "", "replaces the one that setup wrote", "replaces yours, kept as …"
std::string fate_of_present(const Replacement& replacement);

// The record as it will be when these are written.
SetupRecord with_files(SetupRecord record, const std::vector<Replacement>& replacements);
Result<> replace(const Replacement& replacement);

// "<path>.before-<date>", free. Not of what another setup keeps.
std::filesystem::path backup_name(const std::filesystem::path& path);
// What of it was set aside and not brought back, oldest first.
std::vector<std::filesystem::path> backups_of(const std::filesystem::path& path);
// The file that an earlier version's setup found and kept: the newest backup that is not setup's own.
std::optional<std::filesystem::path> earlier_original(const std::filesystem::path& path);

// Brings back what was there before, or removes the file; what was done, for people, or nothing. A text that
// was edited since is kept under another name where that is asked for.
std::string take_back(const RecordedFile& file, bool keeps_edited);

// dpkg has installed it: it is not ours to remove.
bool belongs_to_package(const std::filesystem::path& path);

}  // namespace collector
