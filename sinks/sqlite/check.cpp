#include "sinks/sqlite/check.h"

#include <array>

#include "collector/history/failure.h"
#include "collector/history/schema.h"
#include "collector/sqlite/database.h"
#include "collector/sqlite/foreign_file.h"
#include "config/own_files.h"
#include "sinks/sqlite/keep_settings.h"
#include "sinks/sqlite/nul_file.h"
#include "sinks/writable.h"

namespace collector::sqlite_store {
namespace {

namespace fs = std::filesystem;

// A JSON sink in the same directory takes files with its names for its own.
constexpr std::array<std::string_view, 3> of_json_files{".ndjson", ".ndjson.zst", ".ndjson.zst.tmp"};

}  // namespace

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  std::vector<SettingMistake> mistakes = mistakes_in_keep(settings, context);
  const auto add = [&](std::string what, std::string remedy) {
    mistakes.push_back({"path", std::move(what), std::move(remedy), {}});
  };
  const fs::path named = settings.text("path");
  if (context.state().empty() && named.is_relative()) return mistakes;
  const fs::path file = (context.state() / named).lexically_normal();
  std::error_code error;
  const auto status = fs::status(file, error);
  const auto name = file.filename().native();
  const bool is_directory = fs::is_directory(status) || name.empty() || name == "." || name == "..";
  if (auto mistake = mistake_in_own_file(file, context.state()))
    add(mistake->what, mistake->remedy);
  else if (auto nowhere = mistake_in_place(file))
    add(nowhere->what, nowhere->remedy);
  else if (is_directory || file == context.state().lexically_normal())
    add("is a directory", "name a file in it: the database is one file");
  else if (fs::exists(status) && !fs::is_regular_file(status))
    add("exists, and is not an ordinary file", "name another one");
  else if (sqlite::is_foreign(file))
    add("exists, and is not a SQLite database", "name another one; it was not touched");
  for (const std::string_view companion : companions)
    if (name.ends_with(companion))
      add("has the ending of a file that SQLite keeps beside a database", "choose another name");
  for (const std::string_view ending : of_json_files)
    if (name.ends_with(ending))
      add("has the ending of a JSON sink's files", "choose another name, such as collector.db");
  return mistakes;
}

std::expected<std::string, SinkFailure> probe(const fs::path& file, const fs::path& state) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (auto can = can_make_in(file.parent_path(), state); !can) return std::unexpected(can.error());
    return file.string() + " will be created";
  }
  if (const auto notes = notes_on_file(file); !notes.empty()) return notes.front().text;
  const auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return std::unexpected(sink_failure(history::to_failure(database.error())));
  if (auto ours = history::check_ours(*database, history::migrations().size()); !ours)
    return std::unexpected(sink_failure(ours.error()));
  if (auto can = can_write(file); !can) return std::unexpected(can.error());
  return file.string() + " exists, and can be written to";
}

}  // namespace collector::sqlite_store
