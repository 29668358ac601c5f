// The spool's file is taken away from under the running collector.
#include <stdexcept>

#include "collector/core/file_identity.h"
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
  // Nothing waits, also of the process before; what comes from now on stays in memory, four batches of it.
  const auto delivered = [&] {
    keep_running();
    if (!replay_refused() || !listens()) return false;
    const auto status = http::ask(state_->path / "status.sock", "GET", "/status", std::chrono::seconds(5));
    if (!status || status->status != 200) return false;
    const std::string waiting = R"("backlog":{"batches":)";
    int sinks = 0;
    for (std::size_t at = 0; (at = status->body.find(waiting, at)) != std::string::npos; ++sinks) {
      at += waiting.size();
      if (!status->body.substr(at).starts_with("0,")) return false;
    }
    return sinks > 0;
  };
  if (!eventually(delivered)) return false;  // a sink may wait long after an earlier fault
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
