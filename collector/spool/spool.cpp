#include "collector/spool/spool.h"

#include "collector/core/log.h"
#include "collector/spool/core.h"

namespace collector {

Result<std::unique_ptr<Spool>> Spool::open(Options options) {
  auto core = std::make_unique<Core>(std::move(options));
  if (auto opened = core->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Spool>(new Spool(std::move(core)));
}

Spool::Spool(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Spool::~Spool() {
  if (const auto closed = close(); !closed) log::error("spool", "{}", closed.error().error.text());
}

SpoolResult<> Spool::close() {
  const std::lock_guard lock(core_->disk_mutex);
  if (core_->closed) return {};
  SpoolResult<> done;
  if (core_->index.confirmations_pending() || core_->remains) done = core_->transact({});
  if (core_->file) core_->file->database.keep_log_on_close(false);  // moves the log into the file
  core_->file.reset();
  core_->closed = true;
  return done;
}

const Uuid& Spool::source() const {
  return core_->source;
}
Uuid Spool::epoch() const {
  const std::lock_guard lock(core_->figures_mutex);
  return core_->epoch;
}
std::uint64_t Spool::last_sequence() const {
  return core_->index.last_sequence();
}
std::uint64_t Spool::last_number() const {
  return core_->index.last_number();
}
RetentionClock& Spool::retention() {
  return core_->retention;
}
std::uint64_t Spool::file_size() const {
  return core_->file_size;
}
Baselines Spool::baselines() {
  const std::lock_guard lock(core_->disk_mutex);
  return std::exchange(core_->loaded, {});
}

SpoolResult<> Spool::set_sinks(std::span<const std::pair<std::string, SinkLimits>> sinks,
                               std::span<const std::string> opening) {
  core_->index.configure(sinks, opening);
  return {};
}
void Spool::opened(const std::string& sink) {
  core_->index.opened(sink);
}

SpoolResult<std::vector<BatchPtr>> Spool::read(const std::string& sink, std::size_t max_rows) {
  if (auto recent = core_->index.read_recent(sink, max_rows)) return std::move(*recent);
  const std::lock_guard lock(core_->disk_mutex);
  return core_->read(sink, max_rows);
}

void Spool::wait(const std::string& sink, std::uint64_t number, Duration at_most) {
  core_->index.wait(sink, number, at_most);
}
void Spool::interrupt() {
  core_->index.interrupt();
}
void Spool::interrupt(const std::string& sink) {
  core_->index.interrupt(sink);
}

SinkCursor Spool::cursor(const std::string& sink) {
  return core_->index.cursor(sink);
}
void Spool::confirm(const std::string& sink, std::uint64_t number, std::string token) {
  core_->index.confirm(sink, number, std::move(token));
}
bool Spool::confirmations_pending() const {
  return core_->index.confirmations_pending();
}
BacklogFigures Spool::backlog(const std::string& sink) const {
  return core_->index.backlog(sink);
}

SpoolFigures Spool::figures() const {
  SpoolFigures figures{.last_sequence = core_->index.last_sequence(),
                       .batches = core_->index.batches(),
                       .file_size = core_->file_size,
                       .gaps = core_->gaps,
                       .dead_letters = {},
                       .events = {}};
  const std::lock_guard lock(core_->figures_mutex);
  for (const auto& [sink, count] : core_->dead_letters)
    figures.dead_letters.push_back({sink, count});
  figures.events = core_->events;
  return figures;
}
std::uint64_t Spool::batches() const {
  return core_->index.batches();
}
std::uint64_t Spool::dead_letters_of(const std::string& sink) const {
  const auto counts = core_->counted_dead_letters();
  const auto found = counts.find(sink);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace collector
