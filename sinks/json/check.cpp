#include "sinks/json/check.h"

#include "config/own_files.h"

namespace collector::json_files {

namespace {

std::vector<SettingMistake> useless_for_standard_output(const CheckContext& context) {
  std::vector<SettingMistake> mistakes;
  for (const char* setting : {"directory", "rotate", "rotate_size", "compress", "keep"})
    if (context.given(setting))
      mistakes.push_back({setting,
                          "is of no use with path: \"-\", which writes no files",
                          "remove it, or remove path: to write files",
                          {"path"}});
  return mistakes;
}

}  // namespace

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  namespace fs = std::filesystem;
  if (settings.has("path")) return useless_for_standard_output(context);
  const fs::path named = settings.text("directory");
  if (context.state().empty() && named.is_relative()) return {};
  const fs::path directory = context.state() / named;
  if (auto mistake = mistake_in_own_file(directory, context.state()))
    return {{"directory", mistake->what, mistake->remedy, {}}};
  const fs::path made_in_it = directory.lexically_normal() / "file";
  if (auto mistake = mistake_in_place(made_in_it)) return {{"directory", mistake->what, mistake->remedy, {}}};
  return {};
}

}  // namespace collector::json_files
