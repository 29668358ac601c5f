#include "collector/spool/set_aside.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace collector {
namespace {

void sync_directory(const std::filesystem::path& directory) {
  const int handle = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  (void)fsync(handle);
  close(handle);
}

std::filesystem::path with_ending(const std::filesystem::path& file, std::string_view ending) {
  return file.native() + std::string(ending);
}

}  // namespace

Result<std::filesystem::path> set_aside(const std::filesystem::path& file, WallTime now,
                                        std::string_view why) {
  const auto stamp = fmt::gmtime(static_cast<std::time_t>(unix_seconds(now)));
  const auto wanted = with_ending(file, fmt::format(".{}-{:%Y%m%dT%H%M%SZ}", why, stamp));
  auto target = wanted;
  std::error_code error;
  for (int i = 2; std::filesystem::exists(target, error); ++i)
    target = with_ending(wanted, fmt::format("-{}", i));

  std::filesystem::rename(file, target, error);
  if (error)
    return fail(
        fmt::format("can't rename the {} {} to {}: {}", why, file.native(), target.native(), error.message()),
        "move it away and start again");
  for (const char* ending : {"-wal", "-shm"}) {
    const auto companion = with_ending(file, ending);
    if (!std::filesystem::exists(companion, error)) continue;
    std::filesystem::rename(companion, with_ending(target, ending), error);
    // Left in place, it would be taken for the fresh file's own.
    if (error)
      return fail(fmt::format("can't rename {} with its database: {}", companion.native(), error.message()),
                  "move it away and start again");
  }
  sync_directory(file.parent_path());
  return target;
}

}  // namespace collector
