#include "collector/history/open_layer.h"

#include <algorithm>
#include <set>
#include <thread>

#include "collector/history/open_rows.h"

namespace collector::history {
namespace {

// A batch that is in the spool is in the file a moment later, unless the sink has to wait.
constexpr std::chrono::milliseconds file_catches_up{10};
constexpr int most_tries = 25;

sqlite::SqliteResult<> drop_all(const sqlite::Database& database) {
  std::vector<std::string> drops;
  auto find = database.prepare("SELECT type, name FROM sqlite_temp_master WHERE type IN ('view','table')");
  if (!find) return std::unexpected(find.error());
  while (true) {
    const auto row = find->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    drops.push_back(drop_statement(find->text(0), find->text(1)));
  }
  find->reset();
  for (const std::string& drop : drops)
    if (auto done = database.execute(drop); !done) return done;
  return {};
}

}  // namespace

sqlite::SqliteResult<OpenLayer::Place> OpenLayer::place(const sqlite::Database& database) const {
  auto find = database.prepare(
      "SELECT sequence FROM position WHERE source=(SELECT id FROM source WHERE uuid=?) AND epoch=?");
  if (!find) return std::unexpected(find.error());
  find->bind(1, std::string_view(window_->after.source.text()));
  find->bind(2, std::string_view(window_->after.epoch.text()));
  const auto row = find->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return Place::elsewhere;
  const auto stored = static_cast<std::uint64_t>(find->integer(0));
  if (stored == window_->after.sequence) return Place::here;
  return stored < window_->after.sequence ? Place::file_is_behind : Place::file_is_ahead;
}

sqlite::SqliteResult<> OpenLayer::lay(const sqlite::Database& database) {
  if (has_given_up_) return {};
  if (is_laid_) {
    const auto still = fits(database);
    if (!still) return std::unexpected(still.error());
    if (*still) return {};
  }
  for (int i = 0; i < most_tries; ++i) {
    if (!window_) window_ = ask_();
    if (!window_) break;
    const auto laid = try_to_lay(database);
    if (!laid) return std::unexpected(laid.error());
    if (*laid == Place::here) return {};
    if (*laid == Place::elsewhere) break;
    if (*laid == Place::file_is_behind)
      std::this_thread::sleep_for(file_catches_up);
    else
      window_.reset();
  }
  give_up(database);
  return {};
}

sqlite::SqliteResult<OpenLayer::Place> OpenLayer::try_to_lay(const sqlite::Database& database) {
  is_laid_ = false;
  if (auto done = database.execute("PRAGMA temp_store=MEMORY"); !done) return std::unexpected(done.error());
  if (auto done = drop_all(database); !done) return std::unexpected(done.error());
  // One state of the file for all of it; committed, because what is made in here has to stay.
  if (auto begun = database.execute("BEGIN"); !begun) return std::unexpected(begun.error());
  auto found = place(database);
  sqlite::SqliteResult<> filled;
  if (found && *found == Place::here) filled = fill(database);
  const auto ended = database.execute("COMMIT");
  if (!found) return found;
  if (!filled) return std::unexpected(filled.error());
  if (!ended) return std::unexpected(ended.error());
  is_laid_ = *found == Place::here;
  return found;
}

sqlite::SqliteResult<> OpenLayer::fill(const sqlite::Database& database) {
  const auto version = database.query_integer("PRAGMA main.data_version");
  if (!version) return std::unexpected(version.error());
  version_ = version->value_or(0);
  std::set<std::string> measurements;
  for (const OpenWindow::Part& part : window_->parts)
    for (const JsonRow& row : part.rows)
      measurements.insert(row.measurement);
  for (const std::string& measurement : measurements)
    if (auto done = lay_rows(database, *window_, measurement); !done) return done;
  return {};
}

sqlite::SqliteResult<bool> OpenLayer::fits(const sqlite::Database& database) const {
  if (!is_laid_) return true;
  const auto version = database.query_integer("PRAGMA main.data_version");
  if (!version) return std::unexpected(version.error());
  return version->value_or(0) == version_;
}

void OpenLayer::give_up(const sqlite::Database& database) {
  has_given_up_ = true;
  is_laid_ = false;
  window_.reset();
  (void)drop_all(database);
}

}  // namespace collector::history
