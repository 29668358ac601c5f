#include "collector/spool/dead_letters.h"

#include <limits>
#include <utility>

#include "collector/spool/notes_store.h"

namespace collector {

Result<std::vector<DeadLetter>> read_dead_letters(const std::filesystem::path& directory,
                                                  const std::string& sink) {
  const auto database =
      sqlite::Database::open(directory / "spool.db", {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return fail(database.error().what, "ask as the user that the collector runs as, or as root");
  constexpr auto all = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  auto stored = NotesStore(*database).letters(sink, 0, all);
  if (!stored) return fail(stored.error().what, "stop the collector and ask again");
  std::vector<DeadLetter> letters;
  for (StoredLetter& each : *stored)
    letters.push_back(std::move(each.letter));
  return letters;
}

}  // namespace collector
