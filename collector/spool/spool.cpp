#include "collector/spool/spool.h"

#include "collector/core/log.h"
#include "collector/spool/implementation.h"

namespace collector {

Result<std::unique_ptr<Spool>> Spool::open(Options options) {
  auto implementation = std::make_unique<Implementation>(std::move(options));
  if (auto opened = implementation->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Spool>(new Spool(std::move(implementation)));
}

Spool::Spool(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Spool::~Spool() {
  if (const auto closed = close(); !closed) log::error("spool", "{}", closed.error().error.text());
}

SpoolResult<> Spool::close() {
  return implementation_->close();
}

const Uuid& Spool::source() const {
  return implementation_->source();
}
std::uint64_t Spool::before_opening() const {
  return implementation_->before_opening();
}
Uuid Spool::epoch() const {
  return implementation_->epoch();
}
std::uint64_t Spool::last_sequence() const {
  return implementation_->board().last_sequence();
}
RetentionClock& Spool::retention() {
  return implementation_->retention();
}
std::uint64_t Spool::file_size() const {
  return implementation_->file_size();
}
Baselines Spool::baselines() {
  return implementation_->take_baselines();
}

SpoolResult<> Spool::set_sinks(std::span<const std::pair<std::string, BacklogLimit>> sinks) {
  implementation_->board().configure(sinks);
  return {};
}

SpoolResult<BatchPtr> Spool::append(Batch& batch, const Baselines& baselines) {
  return implementation_->append(batch, baselines);
}

SpoolResult<std::vector<BatchPtr>> Spool::read(const std::string& sink, std::size_t max_rows) {
  return implementation_->read(sink, max_rows);
}

void Spool::wait(const std::string& sink, std::uint64_t sequence, Duration at_most) {
  implementation_->board().wait(sink, sequence, at_most);
}
void Spool::interrupt() {
  implementation_->board().interrupt();
}
void Spool::interrupt(const std::string& sink) {
  implementation_->board().interrupt(sink);
}

SinkCursor Spool::cursor(const std::string& sink) {
  Cursor cursor = implementation_->board().cursor(sink);
  return {std::move(cursor.sink), cursor.sequence, std::move(cursor.state)};
}
void Spool::advance(const std::string& sink, std::uint64_t sequence, std::string state) {
  implementation_->board().advance(sink, sequence, std::move(state));
}
void Spool::keep_until_opened(const std::string& sink) {
  implementation_->board().keep_until_opened(sink);
}

void Spool::opened(const std::string& sink) {
  implementation_->board().opened(sink);
}

SpoolResult<> Spool::commit() {
  return implementation_->commit();
}
bool Spool::cursors_pending() const {
  return implementation_->board().pending();
}
BacklogFigures Spool::backlog(const std::string& sink) const {
  return implementation_->board().backlog(sink);
}

SpoolResult<> Spool::new_epoch(const std::string& why) {
  return implementation_->new_epoch(why);
}
std::uint64_t Spool::kept_after(const std::string& sink) {
  return implementation_->board().kept_after(sink);
}
bool Spool::holds(std::uint64_t sequence, const std::string& sink) const {
  return implementation_->board().holds(sequence, sink);
}
SpoolResult<> Spool::record_gap(const std::string& sink, std::uint64_t from, std::uint64_t to) {
  return implementation_->record_gap(sink, from, to);
}

SpoolResult<> Spool::add_dead_letters(std::span<const DeadLetter> letters) {
  return implementation_->add_dead_letters(letters);
}
SpoolResult<std::vector<DeadLetter>> Spool::dead_letters(const std::string& sink, std::size_t at_most) {
  return implementation_->dead_letters(sink, at_most);
}
SpoolResult<std::size_t> Spool::replay_dead_letters(const std::string& sink) {
  return implementation_->replay_dead_letters(sink);
}

SpoolResult<> Spool::record_event(const std::string& kind, const std::string& text) {
  return implementation_->record_event(kind, text);
}
SpoolResult<std::vector<SpoolEvent>> Spool::events(std::size_t at_most) {
  return implementation_->events(at_most);
}

SpoolFigures Spool::figures() const {
  return implementation_->figures();
}
std::uint64_t Spool::batches() const {
  return implementation_->board().batches();
}
std::uint64_t Spool::dead_letters_of(const std::string& sink) const {
  return implementation_->dead_letters_of(sink);
}

Uuid Spool::Implementation::epoch() const {
  const std::lock_guard lock(epoch_mutex_);
  return epoch_;
}

Baselines Spool::Implementation::take_baselines() {
  const std::lock_guard lock(disk_mutex_);
  return std::exchange(loaded_, {});
}

}  // namespace collector
