#include "sinks/json/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "collector/core/file_identity.h"

namespace collector::json_files {

File::~File() {
  if (is_open()) ::close(descriptor_);
}

SinkFailure failure_of(int error, std::string what) {
  SinkFailure failure;
  failure.what = fmt::format("{}: {}", what, std::generic_category().message(error));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      failure.remedy = "make room there, or let the sink keep less (keep:)";
      break;
    case EFBIG:
      failure.remedy = "raise the limit on file sizes (ulimit -f), or rotate earlier (rotate_size:)";
      break;
    case EACCES:
    case EPERM:
      failure.remedy = "let the collector's user write there, or choose another directory";
      failure.hold = true;
      break;
    case EROFS:
      failure.remedy = "make the device writable again, or choose another directory";
      break;
    case ENOTDIR:
    case EEXIST:
      failure.remedy = "choose a directory; another kind of file has that name";
      failure.hold = true;
      break;
    default:
      failure.remedy = "check the kernel's log (dmesg); the sink tries again";
      break;
  }
  return failure;
}

std::unexpected<SinkFailure> Directory::failed(std::string_view what, const std::string& name) const {
  const int error = errno;
  return std::unexpected(failure_of(error, fmt::format("can't {} {}", what, path_of(name))));
}

Outcome<Directory> Directory::open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return std::unexpected(failure_of(error.value(), "can't create the directory " + path.string()));
  Directory directory;
  directory.path_ = path;
  directory.file_ = File(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.file_.is_open()) return directory.failed("open", "");
  return directory;
}

Outcome<std::vector<std::string>> Directory::names() const {
  // A descriptor of its own: closedir() closes it.
  const int descriptor = ::openat(file_.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("list", "");
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(descriptor), closedir);
  if (!stream) {
    const auto failure = failed("list", "");
    ::close(descriptor);
    return failure;
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr && errno != 0) return failed("list", "");
    if (entry == nullptr) return names;
    names.emplace_back(entry->d_name);
  }
}

Outcome<std::vector<FileName>> Directory::files(std::string_view sink) const {
  const auto all = names();
  if (!all) return std::unexpected(all.error());
  std::vector<FileName> files;
  for (const std::string& name : *all)
    if (auto file = FileName::parse(sink, name)) files.push_back(*std::move(file));
  std::ranges::sort(files, [](const FileName& a, const FileName& b) {
    return std::pair(a.number, a.compressed) < std::pair(b.number, b.compressed);
  });
  return files;
}

Outcome<std::vector<std::string>> Directory::unfinished(std::string_view sink) const {
  auto all = names();
  if (!all) return all;
  std::erase_if(*all, [&sink](std::string_view name) {
    if (!name.ends_with(unfinished_suffix)) return true;
    name.remove_suffix(unfinished_suffix.size());
    return !FileName::parse(sink, name);
  });
  return all;
}

Outcome<File> Directory::open_file(const std::string& name, int flags) const {
  File file(::openat(file_.descriptor(), name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file.is_open()) return failed((flags & O_CREAT) != 0 ? "make" : "open", name);
  return file;
}

Outcome<std::uint64_t> Directory::size(const std::string& name) const {
  struct stat status{};
  if (fstatat(file_.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return failed("look at", name);
  return static_cast<std::uint64_t>(status.st_size);
}

bool Directory::is_same(const std::string& name, const File& file) const {
  struct stat named{};
  struct stat open{};
  return fstatat(file_.descriptor(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         fstat(file.descriptor(), &open) == 0 && named.st_dev == open.st_dev && named.st_ino == open.st_ino;
}

Outcome<> Directory::check_in_place() const {
  if (look_for(path_, identity_of(file_.descriptor())) == InPlace::yes) return {};
  return std::unexpected(SinkFailure{
      .what = path_.string() + " was moved, deleted or replaced while it was in use",
      .remedy = "it is created again where it is missing; the rows that were in it are not written again",
      .retry_after = Duration{},
      .hold = false});
}

Outcome<> Directory::rename(const std::string& from, const std::string& to) const {
  if (renameat(file_.descriptor(), from.c_str(), file_.descriptor(), to.c_str()) != 0)
    return failed("rename", from);
  return {};
}

Outcome<> Directory::remove(const std::string& name) const {
  if (unlinkat(file_.descriptor(), name.c_str(), 0) != 0 && errno != ENOENT) return failed("remove", name);
  return {};
}

Outcome<> Directory::sync() const {
  if (fsync(file_.descriptor()) != 0) return failed("sync", "");
  return {};
}

Outcome<> write_all(const Directory& directory, const std::string& name, const File& file,
                    std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.descriptor(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return directory.failed("write to", name);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace collector::json_files
