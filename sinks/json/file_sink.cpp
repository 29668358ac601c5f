#include "sinks/json/file_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "collector/core/log.h"

namespace collector::json_files {
namespace {

constexpr std::size_t write_size = 128UL * 1024;

// What decides which period a batch belongs to. The latest start: some rows reach far back.
WallTime time_of(const Batch& batch) {
  return std::ranges::max_element(batch.rows, {}, &Row::start)->start;
}

}  // namespace

FileSink::FileSink(FileSinkSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      log_name_("sink/" + settings_.name),
      prefix_(escape_sink_name(settings_.name)),
      housekeeping_(prefix_, log_name_, settings_.compress,
                    {settings_.keep, settings_.rotate, settings_.retention}),
      writer_(settings_.format) {}

std::expected<OpenedSink, SinkFailure> FileSink::open(const OpenRequest& request) {
  close();
  auto directory = Directory::open(settings_.directory);
  if (!directory) return std::unexpected(directory.error());
  if (auto repaired = housekeeping_.repair(*directory); !repaired) return std::unexpected(repaired.error());
  auto files = directory->files(prefix_);
  if (!files) return std::unexpected(files.error());
  directory_ = std::move(*directory);
  known_ = FileState::parse(request.state);
  const auto known_file = known_ ? FileName::parse(prefix_, known_->file) : std::nullopt;
  next_number_ = std::max(files->empty() ? 0 : files->back().number, known_file ? known_file->number : 0) + 1;
  housekeeping_.due();

  OpenedSink opened;
  opened.keeps_position = true;
  const std::string epoch = short_epoch(request.epoch);
  const auto adopted = adopt_newest(*files);
  auto position = adopted ? held(epoch) : std::unexpected(adopted.error());
  if (!position) {
    close();
    return std::unexpected(position.error());
  }
  if (*position != 0) opened.position = SinkPosition{request.source, request.epoch, *position};
  return opened;
}

void FileSink::close() {
  live_.reset();
  directory_.reset();
  known_.reset();
  held_.clear();
  buffer_.clear();
}

// Goes on in the newest file, if it is as the state tells, and finds out what lies behind the state's offset.
Outcome<> FileSink::adopt_newest(std::span<const FileName> files) {
  const bool has_file = known_ && !known_->file.empty();
  const bool newest_is_known = has_file && !files.empty() && files.back().text() == known_->file;
  if (has_file && !newest_is_known) {
    FileName compressed = FileName::parse(prefix_, known_->file).value_or(FileName{});
    compressed.compressed = true;
    const auto is_it = [&](const FileName& file) {
      return file.text() == known_->file || file == compressed;
    };
    if (std::ranges::none_of(files, is_it))
      log::warning(log_name_, "{} is gone; its rows are not written again",
                   directory_->path_of(known_->file));
  }
  if (files.empty() || files.back().compressed) return {};

  const std::string name = files.back().text();
  const auto size = directory_->size(name);
  if (!size) return std::unexpected(size.error());
  const std::uint64_t right_up_to = newest_is_known ? known_->offset : 0;
  const auto whole = ends_line(*directory_, name, right_up_to);
  if (!whole) return std::unexpected(whole.error());
  if (!*whole) {
    log::warning(log_name_, "{} {}; its rows are not written again, a new file is begun",
                 directory_->path_of(name),
                 *size < right_up_to ? "is shorter than it was" : "does not end in a row where it did");
    return {};
  }
  const auto tail = scan_tail(*directory_, name, right_up_to);
  if (!tail) return std::unexpected(tail.error());
  if (!newest_is_known && tail->lines_follow) {
    log::warning(log_name_,
                 "{} has lines that are not rows, from byte {} on; it is left alone, a new file is begun",
                 directory_->path_of(name), tail->end);
    return {};
  }
  auto file = directory_->open_file(name, O_RDWR | O_APPEND);
  if (!file) return std::unexpected(file.error());
  if (*size > right_up_to) {
    // What was found counts as there from now on: the cursor may move because of it.
    if (fdatasync(file->descriptor()) != 0) return directory_->failed("sync", name);
    if (auto synced = directory_->sync(); !synced) return synced;
  }
  live_ = Live{files.back(), std::move(*file), *size, *size, *tail};
  return {};
}

bool FileSink::is_known(const std::string& epoch) const {
  return known_ && known_->epoch == epoch;
}

// The last batch of an epoch all of whose rows are there; 0: none.
Outcome<std::uint64_t> FileSink::held(const std::string& epoch) {
  if (const auto found = held_.find(epoch); found != held_.end()) return found->second;
  // Looked at anew: since open() files may have been compressed or deleted.
  const auto files = directory_->files(prefix_);
  if (!files) return std::unexpected(files.error());
  std::uint64_t last = is_known(epoch) ? known_->sequence : 0;
  // Files before the state's hold nothing that comes after it.
  const auto known_file = is_known(epoch) ? FileName::parse(prefix_, known_->file) : std::nullopt;
  for (auto file = files->rbegin(); file != files->rend(); ++file) {
    if (known_file && file->number < known_file->number) break;
    if (file->epoch != epoch) continue;
    if (live_ && live_->name == *file) {
      if (live_->unsure) last = std::max(last, live_->unsure->complete);
      if (known_file && known_file->number == file->number) break;
      if (live_->unsure && live_->unsure->complete != 0) break;
      continue;  // it holds one batch at most, perhaps not all of it: the file before knows
    }
    const auto found = last_batch(*directory_, *file);
    if (!found) return std::unexpected(found.error());
    last = std::max(last, found->value_or(0));
    if (*found) break;
  }
  held_[epoch] = last;
  return last;
}

std::expected<Written, SinkFailure> FileSink::write(std::span<const BatchPtr> batches) {
  if (!directory_)
    return std::unexpected(SinkFailure{.what = "the JSON sink is not open", .remedy = {}, .retry_after = {}});
  if (auto there = directory_->check_in_place(); !there) {
    close();
    return std::unexpected(there.error());
  }
  auto written = write_batches(batches);
  if (!written) {
    roll_back();
    close();
    return written;
  }
  housekeeping_.work(*directory_, live_ ? live_->name.text() : std::string(), clock_.now());
  return written;
}

Outcome<Written> FileSink::write_batches(std::span<const BatchPtr> batches) {
  Written written;
  check_live();
  if (live_) live_->restore = live_->size;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const BatchPtr& batch = batches[i];
    const std::string epoch = short_epoch(batch->origin.epoch);
    const auto there = held(epoch);
    if (!there) return std::unexpected(there.error());
    if (batch->origin.sequence <= *there) {
      written.skipped.push_back(i);
      continue;
    }
    if (!batch->rows.empty()) {
      if (auto placed = place(*batch, epoch); !placed) return std::unexpected(placed.error());
      if (auto appended = append(*batch); !appended) return std::unexpected(appended.error());
    }
    held_[epoch] = batch->origin.sequence;
  }
  if (auto flushed = flush(); !flushed) return std::unexpected(flushed.error());
  if (live_ && fdatasync(live_->file.descriptor()) != 0)
    return directory_->failed("sync", live_->name.text());
  if (live_ || !batches.empty()) written.state = state_now(batches).text();
  return written;
}

// What is held of an epoch is what its files hold up to `offset`: both are told of one and the same.
FileState FileSink::state_now(std::span<const BatchPtr> batches) const {
  FileState state;
  if (live_) {
    state.file = live_->name.text();
    state.epoch = live_->name.epoch;
    state.offset = live_->size;
    if (live_->unsure) state.offset = live_->unsure->last ? live_->unsure->last_begin : live_->unsure->end;
  } else {
    state.epoch = short_epoch(batches.back()->origin.epoch);
  }
  const auto found = held_.find(state.epoch);
  state.sequence = found != held_.end() ? found->second : 0;
  return state;
}

// The file may have been moved away, deleted or changed since: then a new one is begun, and this one left
// alone.
void FileSink::check_live() {
  if (!live_) return;
  const std::string name = live_->name.text();
  const auto size = directory_->size(name);
  if (directory_->is_same(name, live_->file) && size && *size == live_->size) return;
  log::warning(log_name_, "{} was moved, deleted or changed by somebody else; a new file is begun",
               directory_->path_of(name));
  live_.reset();
  housekeeping_.due();
}

// Sees to it that live_ is the file for this batch.
Outcome<> FileSink::place(const Batch& batch, const std::string& epoch) {
  if (auto settled = settle(batch, epoch); !settled) return settled;
  if (live_ && !rotation_due(batch, epoch)) return {};
  if (auto ended = end_file(); !ended) return ended;
  return begin_file(batch, epoch);
}

// Cuts off a torn end, and the last batch if it is the one that comes again.
Outcome<> FileSink::settle(const Batch& batch, const std::string& epoch) {
  if (!live_ || !live_->unsure) return {};
  const Tail& tail = *live_->unsure;
  const bool again = live_->name.epoch == epoch && tail.last == batch.origin.sequence;
  const std::uint64_t size = again ? tail.last_begin : tail.end;
  if (size != live_->size && ftruncate(live_->file.descriptor(), static_cast<off_t>(size)) != 0)
    return directory_->failed("cut", live_->name.text());
  live_->size = size;
  live_->restore = size;
  live_->unsure.reset();
  return {};
}

bool FileSink::rotation_due(const Batch& batch, const std::string& epoch) const {
  if (live_->size == 0) return false;
  if (live_->name.epoch != epoch) return true;
  if (settings_.rotate_size != 0 && live_->size >= settings_.rotate_size) return true;
  if (settings_.rotate == Duration{}) return false;
  const auto period = [this](WallTime time) {
    const std::int64_t count = time.time_since_epoch().count();
    const std::int64_t length = settings_.rotate.count();
    return count / length - (count % length < 0 ? 1 : 0);
  };
  return period(std::chrono::floor<std::chrono::seconds>(time_of(batch))) != period(live_->name.start);
}

Outcome<> FileSink::end_file() {
  if (!live_) return {};
  if (auto flushed = flush(); !flushed) return flushed;
  if (fdatasync(live_->file.descriptor()) != 0) return directory_->failed("sync", live_->name.text());
  live_.reset();
  housekeeping_.due();
  return {};
}

Outcome<> FileSink::begin_file(const Batch& batch, const std::string& epoch) {
  const FileName name{.sink = prefix_,
                      .start = std::chrono::floor<std::chrono::seconds>(time_of(batch)),
                      .number = next_number_++,
                      .epoch = epoch,
                      .compressed = false};
  auto file = directory_->open_file(name.text(), O_RDWR | O_APPEND | O_CREAT | O_EXCL);
  if (!file) return std::unexpected(file.error());
  live_ = Live{name, std::move(*file), 0, 0, std::nullopt};
  return directory_->sync();
}

Outcome<> FileSink::append(const Batch& batch) {
  writer_.begin(batch);
  for (const Row& row : batch.rows) {
    const std::size_t before = buffer_.size();
    writer_.append(row, buffer_);
    live_->size += buffer_.size() - before;
    if (buffer_.size() < write_size) continue;
    if (auto flushed = flush(); !flushed) return flushed;
  }
  return {};
}

Outcome<> FileSink::flush() {
  if (buffer_.empty()) return {};
  auto written = write_all(*directory_, live_->name.text(), live_->file, buffer_);
  buffer_.clear();
  return written;
}

// Nothing of a failed write() may stay, but what is in files that were ended meanwhile, which are whole.
void FileSink::roll_back() {
  if (!live_ || live_->unsure) return;
  if (ftruncate(live_->file.descriptor(), static_cast<off_t>(live_->restore)) != 0)
    log::warning(log_name_, "can't cut {} back; what it holds is looked at again before the next write",
                 directory_->path_of(live_->name.text()));
}

}  // namespace collector::json_files
