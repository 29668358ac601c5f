#include "sinks/json/housekeeping.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "collector/core/log.h"
#include "sinks/json/compression.h"

namespace collector::json_files {
namespace {

constexpr Duration pause = std::chrono::minutes(10);

}  // namespace

void Housekeeping::complain(const SinkFailure& failure, WallTime now) {
  log::warning(log_name_, "{}; {}", failure.what, failure.remedy);
  again_ = now + pause;
}

Outcome<> Housekeeping::repair(const Directory& directory) const {
  bool changed = false;
  const auto remove = [&](const std::string& name) {
    changed = true;
    return directory.remove(name);
  };
  const auto unfinished = directory.unfinished(sink_);
  if (!unfinished) return std::unexpected(unfinished.error());
  for (const std::string& name : *unfinished)
    if (auto removed = remove(name); !removed) return removed;

  const auto files = directory.files(sink_);
  if (!files) return std::unexpected(files.error());
  for (const FileName& file : *files) {
    if (file.compressed) continue;
    const std::string plain = file.text();
    const auto size = directory.size(plain);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) {  // made, but never written to
      if (auto removed = remove(plain); !removed) return removed;
      continue;
    }
    FileName twin = file;
    twin.compressed = true;
    if (std::ranges::find(*files, twin) == files->end()) continue;
    const auto same = holds_the_same(directory, twin.text(), plain);
    if (!same) return std::unexpected(same.error());
    // The plain file is only ever removed after its twin was durable: one that is not whole was damaged
    // later.
    if (!*same) log::warning(log_name_, "{} is damaged; it is made anew", directory.path_of(twin.text()));
    if (auto removed = remove(*same ? plain : twin.text()); !removed) return removed;
  }
  return changed ? directory.sync() : Outcome<>{};
}

void Housekeeping::work(const Directory& directory, const std::string& live, WallTime now) {
  // Also when the clock was set back.
  if (again_ && (now >= *again_ || now < *again_ - pause)) {
    again_.reset();
    due_ = true;
  }
  if (!due_) return;
  if (compress_ && compress_one(directory, live, now)) return;
  due_ = false;
  enforce_limits(directory, live, now);
}

// True: there was one, perhaps there are more.
bool Housekeeping::compress_one(const Directory& directory, const std::string& live, WallTime now) {
  const auto files = directory.files(sink_);
  if (!files) {
    complain(files.error(), now);
    return false;
  }
  const auto plain = std::ranges::find_if(
      *files, [&live](const FileName& file) { return !file.compressed && file.text() != live; });
  if (plain == files->end()) return false;
  if (const auto compressed = compress(directory, *plain); !compressed) {
    complain(compressed.error(), now);
    return false;
  }
  return true;
}

void Housekeeping::enforce_limits(const Directory& directory, const std::string& live, WallTime now) {
  if (keep_.age == Duration{} && keep_.size == 0) return;
  const auto files = directory.files(sink_);
  if (!files) return complain(files.error(), now);
  std::vector<std::uint64_t> sizes;
  for (const FileName& file : *files)
    sizes.push_back(directory.size(file.text()).value_or(0));
  std::uint64_t together = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  for (std::size_t i = 0; i + 1 < files->size(); ++i) {
    const std::string name = (*files)[i].text();
    // The rows of a file are older than the beginning of the one after it.
    const bool too_old = keep_.age != Duration{} && (*files)[i + 1].start < now - keep_.age;
    const bool too_much = keep_.size != 0 && together > keep_.size;
    if ((!too_old && !too_much) || name == live) return;
    if (const auto removed = directory.remove(name); !removed) return complain(removed.error(), now);
    log::info(log_name_, "{} deleted: beyond what is kept", directory.path_of(name));
    together -= sizes[i];
  }
}

}  // namespace collector::json_files
