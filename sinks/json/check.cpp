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
  const fs::path made_in_it = directory.lexically_normal() / "file";
  if (auto mistake = mistake_in_place(made_in_it)) return {{"directory", mistake->what, mistake->remedy, {}}};
  return {};
}

}  // namespace collector::json_files
