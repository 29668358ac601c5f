// Which file a path leads to: a file that is open stays the same when its name is removed or given to
// another.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace collector {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

std::optional<FileIdentity> identity_of(const std::filesystem::path& path);  // nothing: it can't be told
std::optional<FileIdentity> identity_of(int descriptor);

// What has become of a file by its path. A disk that does not answer properly tells nothing.
enum class InPlace { yes, removed, replaced };
InPlace look_for(const std::filesystem::path& path, const std::optional<FileIdentity>& identity);

// The write-ahead log that SQLite keeps beside a database; it is the same file for as long as a connection to
// the database is open.
std::filesystem::path log_beside(const std::filesystem::path& database);

}  // namespace collector
