#include "sinks/sqlite/nul_file.h"

#include <fmt/format.h>

#include "collector/core/log.h"
#include "collector/spool/set_aside.h"
#include "collector/sqlite/foreign_file.h"

namespace collector::sqlite_store {

std::vector<SinkNote> notes_on_file(const std::filesystem::path& file) {
  if (!sqlite::holds_only_nul(file)) return {};
  return {{.name = "file",
           .text = fmt::format(
               "{0} holds nothing but NUL bytes (a power cut leaves that): the sink renames it to "
               "{1}.damaged-TIME, and creates a new one, which gets the rows that the spool still "
               "has; earlier ones are lost",
               file.native(), file.filename().native()),
           .warning = true}};
}

std::expected<std::string, SinkFailure> set_aside_nul(const std::filesystem::path& file, WallTime now,
                                                      const std::string& name) {
  if (!sqlite::holds_only_nul(file)) return {};
  const auto aside = set_aside(file, now);
  if (!aside) return std::unexpected(sink_failure({.error = aside.error(), .lasting = true}));
  std::string text = fmt::format(
      "{} held nothing but NUL bytes (a power cut leaves that): it was renamed to {}, and the new one gets "
      "the rows that the spool still has; earlier ones are lost",
      file.native(), aside->filename().native());
  log::error("sink/" + name, "{}", text);
  return text;
}

}  // namespace collector::sqlite_store
