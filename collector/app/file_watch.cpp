#include "collector/app/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <system_error>
#include <utility>

namespace collector {
namespace {

constexpr std::uint32_t of_itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t of_names = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr std::uint32_t of_contents = IN_CLOSE_WRITE | IN_ATTRIB;
constexpr int most_links = 40;  // on one path, as in the kernel

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

FileWatch::FileWatch() : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

FileWatch::~FileWatch() {
  if (inotify_ >= 0) close(inotify_);
}

FileWatch::Print FileWatch::print_of(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return {};
  return {true,
          status.st_dev,
          status.st_ino,
          status.st_size,
          nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

// Walks the path as the kernel would. What decides where it leads is an entry of some directory: each
// symbolic link, the last component, and the first one that is missing. Directories on the way only say when
// they are moved themselves.
void FileWatch::trace(const std::filesystem::path& file, Places& places) {
  std::deque<std::filesystem::path> ahead(file.begin(), file.end());
  std::filesystem::path here;
  int links = 0;
  while (!ahead.empty()) {
    const std::filesystem::path name = std::exchange(ahead.front(), {});
    ahead.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "/" || name == "..") {
      here = name == "/" ? name : here.parent_path();
      continue;
    }
    std::error_code error;
    const auto status = std::filesystem::symlink_status(here / name, error);
    const bool is_link = std::filesystem::is_symlink(status);
    if (!is_link && !ahead.empty() && std::filesystem::is_directory(status)) {
      here /= name;
      places[here].mask |= of_itself;
      continue;
    }
    places[here].mask |= of_itself | of_names | (is_link || !ahead.empty() ? 0U : of_contents);
    places[here].names.insert(name.string());
    if (!is_link) return;
    const auto target = std::filesystem::read_symlink(here / name, error);
    if (error || ++links > most_links) return;
    ahead.insert(ahead.begin(), target.begin(), target.end());
  }
}

FileWatch::Places FileWatch::places() const {
  Places places;
  for (const auto& file : files_)
    trace(file, places);
  return places;
}

// Between finding out where a path leads and watching those directories it may come to lead elsewhere: again,
// until it did not.
void FileWatch::renew_watches() {
  constexpr int most_rounds = 5;
  Places current = places();
  for (int round = 0; round < most_rounds; ++round) {
    std::map<int, std::set<std::string>> watched;
    complete_ = inotify_ >= 0;
    for (const auto& [directory, place] : current) {
      const int watch = inotify_add_watch(inotify_, directory.c_str(), place.mask);
      if (watch >= 0)
        watched[watch] = place.names;
      else
        complete_ = false;
    }
    for (const auto& [watch, names] : names_)
      if (!watched.contains(watch)) inotify_rm_watch(inotify_, watch);
    names_ = std::move(watched);
    Places now = places();
    const bool same = std::ranges::equal(now, current, [](const auto& a, const auto& b) {
      return a.first == b.first && a.second.names == b.second.names;
    });
    if (same) return;
    current = std::move(now);
  }
  complete_ = false;
}

void FileWatch::watch(const std::vector<std::filesystem::path>& files) {
  files_.clear();
  std::error_code error;
  for (const auto& file : files)
    files_.push_back(std::filesystem::absolute(file, error));
  renew_watches();
  prints_.clear();
  for (const auto& file : files_)
    prints_.push_back(print_of(file));
}

// Reads what inotify has to say. An event of a directory itself, or a queue that ran over, may mean anything.
bool FileWatch::concerns_us() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool ours = false;
  while (true) {
    const ssize_t length = read(inotify_, buffer.data(), buffer.size());
    if (length <= 0) return ours;
    for (ssize_t at = 0; at < length;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      if (event.len == 0) {
        // Removing a watch ends in an event too.
        ours = ours || (event.mask & IN_IGNORED) == 0 || names_.contains(event.wd);
        continue;
      }
      const auto watched = names_.find(event.wd);
      ours = ours || (watched != names_.end() && watched->second.contains(name));
    }
  }
}

bool FileWatch::changed() {
  if (inotify_ >= 0 && !concerns_us() && complete_) return false;
  renew_watches();
  bool changed = false;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const Print print = print_of(files_[i]);
    changed = changed || print != prints_[i];
    prints_[i] = print;
  }
  return changed;
}

}  // namespace collector
