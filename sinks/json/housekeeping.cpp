#include "sinks/json/housekeeping.h"

#include <algorithm>
#include <vector>

#include "collector/core/log.h"
#include "sinks/json/compression.h"
#include "sinks/json/file_age.h"

namespace collector::json_files {
namespace {

constexpr Duration pause = std::chrono::minutes(10);

}  // namespace

void Housekeeping::complain(const SinkFailure& failure, Instant now) {
  log::warning(log_name_, "{}; {}", failure.what, failure.remedy);
  again_ = now.boot + pause;
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
    if (!*same)
      log::warning(log_name_, "{} is damaged, and is created again", directory.path_of(twin.text()));
    if (auto removed = remove(*same ? plain : twin.text()); !removed) return removed;
  }
  return changed ? directory.sync() : Outcome<>{};
}

void Housekeeping::work(const Directory& directory, const std::string& live, Instant now) {
  if (again_ && now.boot >= *again_) {
    again_.reset();
    due_ = true;
  }
  if (!due_) return;
  if (compress_ && compress_one(directory, live, now)) return;
  due_ = false;
  enforce_limits(directory, live, now);
}

// True: there are more.
bool Housekeeping::compress_one(const Directory& directory, const std::string& live, Instant now) {
  const auto files = directory.files(sink_);
  if (!files) {
    complain(files.error(), now);
    return false;
  }
  const auto is_to_do = [&live](const FileName& file) { return !file.compressed && file.text() != live; };
  const auto plain = std::ranges::find_if(*files, is_to_do);
  if (plain == files->end()) return false;
  if (const auto compressed = compress(directory, *plain); !compressed) {
    complain(compressed.error(), now);
    return false;
  }
  return std::any_of(std::next(plain), files->end(), is_to_do);
}

void Housekeeping::enforce_limits(const Directory& directory, const std::string& live, Instant now) {
  const Keep& keep = limits_.keep;
  if (keep.age == Duration{} && keep.size == 0) return;
  const auto found = directory.files(sink_);
  if (!found) return complain(found.error(), now);
  std::vector<Kept> files;
  for (const FileName& name : *found)
    files.push_back({.name = name, .size = directory.size(name.text()).value_or(0)});
  if (keep.age != Duration{}) enforce_age(directory, files, live, now);
  if (keep.size != 0) enforce_size(directory, files, live, now);
}

bool Housekeeping::remove(const Directory& directory, Kept& file, Instant now) {
  const std::string name = file.name.text();
  if (const auto removed = directory.remove(name); !removed) {
    complain(removed.error(), now);
    return false;
  }
  log::info(log_name_, "{} deleted: beyond what is kept", directory.path_of(name));
  file.gone = true;
  return true;
}

void Housekeeping::enforce_age(const Directory& directory, std::vector<Kept>& files, const std::string& live,
                               Instant now) {
  std::vector<FileName> names;
  for (const Kept& file : files)
    names.push_back(file.name);
  const WallTime latest = limits_.clock == nullptr ? now.wall : limits_.clock->latest(now);
  const auto too_old = [&](WallTime present) {
    std::vector<Kept*> found;
    const auto young = limits_.clock == nullptr ? std::vector<StampRange>()
                                                : limits_.clock->written_since(present - limits_.keep.age);
    const auto newest = newest_rows(names, limits_.rotate, present, latest, young);
    for (std::size_t i = 0; i + 1 < files.size(); ++i)
      if (newest[i] < present - limits_.keep.age && names[i].text() != live) found.push_back(&files[i]);
    return found;
  };
  const auto believed = limits_.clock == nullptr ? std::nullopt : limits_.clock->believed(now);
  const bool more_by_the_clock = !too_old(now.wall).empty();
  if (!believed) {
    if (more_by_the_clock && limits_.clock != nullptr)
      hold_back(limits_.clock->held_back(now, limits_.keep.age));
    return;
  }
  const auto to_go = too_old(*believed);
  if (!to_go.empty()) {
    const std::uint64_t most = limits_.clock->allowance(sink_, *believed, limits_.keep.age,
                                                        [&] { return std::uint64_t{files.size()}; });
    if (most < to_go.size()) again_ = now.boot + pause;
    for (std::size_t i = 0; i < std::min<std::size_t>(most, to_go.size()); ++i) {
      if (!remove(directory, *to_go[i], now)) return;
      limits_.clock->spend(sink_, 1);
    }
  }
  hold_back(more_by_the_clock ? limits_.clock->held_back(now, limits_.keep.age) : std::string());
}

void Housekeeping::enforce_size(const Directory& directory, std::vector<Kept>& files, const std::string& live,
                                Instant now) {
  std::uint64_t together = 0;
  for (const Kept& file : files)
    together += file.gone ? 0 : file.size;
  for (Kept& file : files) {
    if (together <= limits_.keep.size || file.name.text() == live) return;
    if (file.gone) continue;
    if (!remove(directory, file, now)) return;
    together -= file.size;
  }
}

void Housekeeping::hold_back(std::string text) {
  if (held_back_.empty() && !text.empty()) log::warning(log_name_, "{}", text);
  held_back_ = std::move(text);
}

}  // namespace collector::json_files
