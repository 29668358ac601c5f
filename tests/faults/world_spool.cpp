// The spool's file is taken away from under the running collector; what waits in it.
#include <algorithm>
#include <stdexcept>

#include "collector/core/file_identity.h"
#include "collector/formats/json_reader.h"
#include "collector/http/client.h"
#include "collector/sqlite/database.h"
#include "tests/faults/world.h"
#include "tests/support/files.h"

namespace collector::test {

bool World::remove_spool(int manner) {
  const std::filesystem::path file = state_->path / "spool.db";
  const auto query = [&](const std::string& sql) {
    try {
      return installation_.query("spool.db", sql);
    } catch (const std::exception&) {  // it is not there yet, or being opened
      return std::int64_t{1000};
    }
  };
  // What comes from now on stays in memory, four batches of it.
  if (!eventually([&] { return nothing_waits(); }))
    return false;  // a sink may wait long after an earlier fault
  const auto before = identity_of(file);
  if (manner == 2) write_file(state_->path / "other", "not a spool");
  if (manner == 2)
    std::filesystem::rename(state_->path / "other", file);
  else
    std::filesystem::remove(file);
  if (manner == 1)
    for (const char* ending : {"-wal", "-shm"})
      std::filesystem::remove(file.string() + ending);
  spool_was_removed_ = true;
  // All that interfaces are counted from is stored again too: what a kill loses before that is lost for good.
  const auto noticed = [&] {
    if (!process_->running()) throw std::runtime_error("it ended without its spool:\n" + process_->err());
    return identity_of(file) && identity_of(file) != before &&
           query("SELECT count(*) FROM event WHERE kind = 'spool removed'") == 1 &&
           query(
               "SELECT count(*) FROM baseline JOIN series ON series.id = baseline.series "
               "WHERE measurement = 'net' AND tags LIKE '%fq%'") > 0 &&
           query("SELECT count(*) FROM highest WHERE measurement = 'net'") > 0;
  };
  if (!eventually(noticed)) throw std::runtime_error("it does not notice: " + process_->err());
  return true;
}

std::map<std::string, std::int64_t> World::backlogs() const {
  const auto status = http::ask(state_->path / "status.sock", "GET", "/status", std::chrono::seconds(5));
  if (!status || status->status != 200) return {};
  const auto told = read_json_object(status->body);
  if (!told) throw std::runtime_error("the status is no JSON: " + told.error().what);
  std::map<std::string, std::int64_t> backlogs;
  for (const JsonValue& sink : told->member("sinks")->items)
    backlogs[sink.member("name")->text] = sink.member("backlog")->member("batches")->integer;
  return backlogs;
}

bool World::nothing_waits() {
  keep_running();
  if (!replay_refused() || !listens()) return false;
  const auto waiting = backlogs();
  return !waiting.empty() && std::ranges::all_of(waiting, [](const auto& one) { return one.second == 0; });
}

bool World::refuse_rows() {
  const auto file = small_->path / "collector.db";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return false;
  const auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_write, .vfs = {}});
  return database &&
         database->execute(
             "CREATE TRIGGER refuse BEFORE INSERT ON net_data BEGIN SELECT RAISE(ABORT, 'refused'); END");
}

void World::accept_rows() {
  const auto accepted = [&] {
    const auto database = sqlite::Database::open(small_->path / "collector.db",
                                                 {.mode = sqlite::Database::Mode::read_write, .vfs = {}});
    return database && database->execute("DROP TRIGGER IF EXISTS refuse");
  };
  if (!eventually(accepted)) throw std::runtime_error("the rows are refused for good");
}

bool World::replay_refused() {
  try {
    if (installation_.query("spool.db", "SELECT count(*) FROM dead_letter") == 0) return true;
  } catch (const std::exception&) {
    return false;  // not there yet
  }
  static_cast<void>(installation_.run({"replay", "--sink", "small"}));
  return false;
}

}  // namespace collector::test
