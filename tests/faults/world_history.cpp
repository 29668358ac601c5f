// A backup of the history is put back.
#include <cerrno>

#include "tests/faults/world.h"

namespace collector::test {

// With its log, which a process that was killed leaves beside it.
void World::copy_history(const std::filesystem::path& from, const std::filesystem::path& to) const {
  for (const char* ending : {"", "-wal", "-shm"}) {
    std::filesystem::remove(to.string() + ending);
    if (std::filesystem::exists(from.string() + ending))
      std::filesystem::copy_file(from.string() + ending, to.string() + ending);
  }
}

bool World::restore_history(const std::function<void()>& end, const std::function<void()>& live) {
  if (!eventually([&] { return nothing_waits(); })) return false;
  controls_->fail(archive_->path, EIO);
  // The copy has all that the archive has got; what follows stays for the archive.
  const bool archive_waits = eventually([&] {
    keep_running();
    const auto waiting = backlogs();
    return waiting.contains("archive") && waiting.at("archive") > 0 && waiting.at("local") == 0;
  });
  const auto copy = history_->path / "copy.db";
  if (archive_waits) {
    end();
    copy_history(database_file(), copy);
    start();
    live();
    end();
    copy_history(copy, database_file());
    history_was_restored_ = true;
    start();
  }
  controls_->lift(archive_->path);
  return archive_waits;
}

}  // namespace collector::test
