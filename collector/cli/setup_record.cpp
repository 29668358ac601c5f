#include "collector/cli/setup_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <sstream>

#include "collector/cli/setup_files.h"
#include "collector/cli/setup_plan.h"
#include "collector/spool/crc32c.h"

namespace collector {
namespace {

std::array<std::string, 4> fields_of(const std::string& line) {
  std::array<std::string, 4> fields;
  std::istringstream in(line);
  for (std::string& field : fields)
    std::getline(in, field, '\t');
  return fields;
}

}  // namespace

const RecordedFile* SetupRecord::find(const std::filesystem::path& path) const {
  const auto found = std::ranges::find(files, path, &RecordedFile::path);
  return found == files.end() ? nullptr : &*found;
}

std::string checksum_of(std::string_view text) {
  return fmt::format("{:08x}", crc32c(std::as_bytes(std::span(text))));
}

std::optional<SetupRecord> read_record(const std::filesystem::path& folder) {
  const auto text = text_of_file(folder / record_name);
  if (!text || !text->starts_with("# " + std::string(setup_mark))) return std::nullopt;
  SetupRecord record;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const auto [key, first, second, third] = fields_of(line);
    if (key == "state") record.state = first;
    if (key == "starter") record.starter = first;
    if (key == "unit was") record.unit_was_enabled = first == "enabled" || second == "enabled";
    if (key == "unit was") record.unit_was_active = first == "active" || second == "active";
    if (key == "file") record.files.push_back({first, second, third});
  }
  return record;
}

Result<> write_record(const std::filesystem::path& folder, const SetupRecord& record) {
  std::string text =
      fmt::format("# {}: what it changed; `collector setup --uninstall` reads it.\n", setup_mark);
  text += fmt::format("state\t{}\nstarter\t{}\n", record.state.string(), record.starter);
  if (record.unit_was_enabled || record.unit_was_active)
    text += fmt::format("unit was\t{}\t{}\n", record.unit_was_enabled ? "enabled" : "",
                        record.unit_was_active ? "active" : "");
  for (const RecordedFile& file : record.files)
    text += fmt::format("file\t{}\t{}\t{}\n", file.path.string(), file.checksum, file.backup.string());
  return write_file_in_place(folder / record_name, text, 0600);
}

}  // namespace collector
