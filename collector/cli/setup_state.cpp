#include "collector/cli/setup_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "collector/cli/setup_files.h"
#include "collector/cli/setup_record.h"
#include "config/problems.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

// "path" and "directory" of its sinks, whatever else is wrong with the file.
std::vector<std::string> histories_named_in(const std::filesystem::path& configuration) {
  std::vector<std::string> names{"collector.db", "json"};
  const auto text = configuration.empty() ? std::nullopt : text_of_file(configuration);
  Problems ignored(configuration.string());
  const auto root = text ? read_yaml(*text, ignored) : std::nullopt;
  const TreeEntry* sinks = root ? root->find("sinks") : nullptr;
  if (sinks == nullptr) return names;
  for (const TreeEntry& sink : sinks->value.entries)
    for (const char* key : {"path", "directory"})
      if (const TreeEntry* setting = sink.value.find(key)) names.push_back(setting->value.text);
  return names;
}

// Files of its own that lie in the directory itself: "collector.db-wal", "spool.db.damaged-…".
bool is_of(const std::string& file, const std::string& name) {
  return file == name || file.starts_with(name + "-") || file.starts_with(name + ".");
}

}  // namespace

Result<std::vector<std::string>> delete_state(const std::filesystem::path& state,
                                              const std::filesystem::path& configuration) {
  std::vector<std::string> said;
  std::error_code error;
  // systemd keeps the directory elsewhere, and a link to it here.
  const std::filesystem::path directory = std::filesystem::canonical(state, error);
  if (error) return said;
  std::vector<std::string> ours = histories_named_in(configuration);
  for (const std::string& name : ours)
    if (name.starts_with('/')) said.push_back("left " + name + ", which is not in the state directory");
  std::erase_if(ours, [](const std::string& name) {
    return name.empty() || name.starts_with('.') || name.starts_with('-') ||
           name.find('/') != std::string::npos;
  });
  ours.insert(ours.end(), {"spool.db", "lock", "status.sock", "configuration", std::string(record_name)});
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;) {
    const std::filesystem::path path = at->path();
    at.increment(error);
    const std::string file = path.filename().string();
    if (std::ranges::none_of(ours, [&](const std::string& name) { return is_of(file, name); })) continue;
    std::error_code why;
    std::filesystem::remove_all(path, why);
    if (why)
      return fail(fmt::format("{}: can't be deleted: {}", path.string(), why.message()),
                  "nothing else was removed; run this again as a user who may delete it");
    if (file != record_name) said.push_back("deleted " + (state / file).string());
  }
  if (std::filesystem::remove(directory, error)) {
    said.push_back("deleted " + directory.string());
    if (directory != state && std::filesystem::is_symlink(state, error))
      std::filesystem::remove(state, error);
  } else {
    said.push_back("left " + state.string() + ": there is something in it that is not the collector's");
  }
  return said;
}

}  // namespace collector
