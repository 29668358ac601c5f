#include "sinks/json/check.h"

#include "config/own_files.h"

namespace collector::json_files {

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  namespace fs = std::filesystem;
  const bool to_stdout = settings.has("path");
  const fs::path named = settings.text("directory");
  if (to_stdout || (context.state().empty() && named.is_relative())) return {};
  const fs::path directory = context.state() / named;
  if (auto mistake = mistake_in_own_file(directory, context.state()))
    return {{"directory", mistake->what, mistake->remedy, {}}};
  // The first part of the path that is there decides.
  for (fs::path part = directory.lexically_normal(); !part.empty(); part = part.parent_path()) {
    std::error_code error;
    const auto status = fs::status(part, error);
    if (fs::is_directory(status) || part == part.root_path()) break;
    if (fs::exists(status))
      return {{"directory", part.string() + " exists, and is not a directory", "name another one", {}}};
  }
  return {};
}

}  // namespace collector::json_files
