// AccessFile: STATE/access.json, which the commands write and the running collector reads again when it has
// changed. Replaced as a whole under a lock (flock on the directory), so that whoever reads it sees one state
// or the next. From any thread; blocks for the disk, and for the lock.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>

#include "collector/access/records.h"
#include "collector/core/error.h"
#include "collector/core/failure.h"
#include "collector/core/file_identity.h"

namespace collector {

inline constexpr std::string_view access_file_name = "access.json";

// What tells that a file is not what it was; a replaced one differs in its inode.
struct FileStamp {
  FileIdentity identity;
  off_t size = 0;
  std::int64_t modified = 0, changed = 0;  // nanoseconds

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

class AccessFile {
 public:
  explicit AccessFile(const std::filesystem::path& state) : path_(state / access_file_name) {}

  const std::filesystem::path& path() const { return path_; }

  // Asks no disk but for what the kernel has of the file already. Nothing: there is none, or it can't be
  // told.
  std::optional<FileStamp> stamp() const;

  // No file: nobody. A failure is lasting where the file is there and is not to be believed: broken, of a
  // later version, or writable by others; any other passes (no descriptor, a disk that does not answer).
  std::expected<AccessRecords, Failure> read() const;

  // Reads, lets `change` change, and writes, with nobody in between. The directory is there. The file is for
  // its owner alone (0600), who is the directory's: root may run the commands of a service with a user.
  Result<> change(const std::function<Result<>(AccessRecords&)>& change) const;

 private:
  std::filesystem::path path_;
};

}  // namespace collector
