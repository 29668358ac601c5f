#include "sinks/runner_delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "collector/core/plural.h"
#include "sinks/runner_epoch.h"
#include "sinks/runner_letters.h"

namespace collector {
namespace {

// Without a batch nothing happens; this only bounds what a missed wake-up could cost.
constexpr Duration longest_wait = std::chrono::hours(1);

Random real_randomness() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>()(engine);
  };
}

std::string text_of(const SinkFailure& failure) {
  return failure.remedy.empty() ? failure.what : failure.what + "; " + failure.remedy;
}

std::uint64_t rows_of(std::span<const BatchPtr> batches) {
  std::uint64_t rows = 0;
  for (const BatchPtr& batch : batches)
    rows += batch->rows.size();
  return rows;
}

}  // namespace

Delivery::Delivery(const RunnerSettings& settings, Sink& sink, Spool& spool, const Clock& clock,
                   RunnerRecord& record, SinkCalls calls)
    : name_(settings.name),
      max_rows_(settings.max_rows),
      sink_(sink),
      spool_(spool),
      clock_(clock),
      record_(record),
      calls_(std::move(calls)),
      backoff_(settings.random ? settings.random : real_randomness()),
      slots_(settings.every, settings.random ? settings.random : real_randomness()),
      trouble_("sink/" + settings.name) {
  if (!slots_.enabled()) return;
  if (const auto note = CursorNote::parse(spool_.cursor(name_).state); note.delivered)
    slots_.use_up(*note.delivered);
}

template <typename T>
std::optional<std::expected<T, SinkFailure>> Delivery::call(
    const std::function<std::expected<T, SinkFailure>()>& what) {
  std::expected<T, SinkFailure> result = std::unexpected(SinkFailure{});
  calls_.entering();
  try {
    result = what();
  } catch (const std::exception& exception) {
    result = std::unexpected(SinkFailure{.what = std::string("unexpected error: ") + exception.what(),
                                         .remedy = "please report this",
                                         .retry_after = std::nullopt,
                                         .hold = false});
  }
  auto notes = sink_.notes();
  if (abandoned_ || !calls_.leaving()) {
    abandoned_ = true;
    return std::nullopt;
  }
  record_.update([&](RunnerFigures& figures) { figures.notes = std::move(notes); });
  return result;
}

bool Delivery::close() {
  is_open_ = false;
  return call<void>([this]() -> std::expected<void, SinkFailure> {
           sink_.close();
           return {};
         })
      .has_value();
}

Delivery::Next Delivery::step(Mode mode) {
  const Instant now = clock_.now();
  const bool just_wrote = std::exchange(wrote_, false);
  if (mode == Mode::normal) {
    if (not_before_ && now.boot < *not_before_)
      return {.kind = Next::Kind::pause, .pause = *not_before_ - now.boot};
    // A slot that has begun is finished: what has come meanwhile goes along.
    if (const Duration wait = slots_.until_due(now.wall, true); wait > Duration{} && !is_open_)
      return {.kind = Next::Kind::pause, .pause = wait};
    // Without slots a target's troubles show at once, not with the first batch.
    if (!is_open_ && !slots_.enabled()) return open();
  }
  not_before_.reset();

  // Asked before reading: what comes in between ends the wait at once.
  const std::uint64_t seen = spool_.last_sequence();
  const auto batches = spool_.read(name_, max_rows_);
  if (!batches) return failed(batches.error(), "read");
  if (!batches->empty()) {
    if (!is_open_) return open();
    // Catching up: what has been passed need not wait for the next append to be deleted.
    if (just_wrote)
      if (const auto done = spool_.commit(); !done) return failed(done.error(), "commit");
    return write(in_own_epoch(*batches, own_after_, spool_.source(), spool_.epoch()));
  }
  // Nothing is left. Between slots the connection is closed: the target may go to sleep.
  if (slots_.enabled() && is_open_) {
    slots_.use_up(now.wall);
    if (!close()) return {.kind = Next::Kind::abandoned};
  }
  record_.set_state(RunnerState::idle);
  return {.kind = Next::Kind::batch, .pause = longest_wait, .sequence = seen};
}

Delivery::Next Delivery::open() {
  record_.set_state(RunnerState::delivering);
  const auto cursor = spool_.cursor(name_);
  const CursorNote note = CursorNote::parse(cursor.state);
  own_after_ = note.own_after;
  const OpenRequest request{.source = spool_.source(),
                            .epoch = note.epoch.value_or(spool_.epoch()),
                            .cursor = cursor.sequence,
                            .state = note.sink_state,
                            .keep_rejected = [this](auto batches, auto rows) { return keep(batches, rows); }};
  const bool epoch_is_current = request.epoch == spool_.epoch();
  const auto opened = call<OpenedSink>([&] { return sink_.open(request); });
  if (!opened) return {.kind = Next::Kind::abandoned};
  if (!*opened) return failed(opened->error());
  is_open_ = true;
  const Next next = settle(**opened, epoch_is_current);
  if (next.kind == Next::Kind::step) spool_.opened(name_);
  return next;
}

PositionAnswer Delivery::compare(const OpenedSink& opened, const CursorNote& note, bool epoch_is_current) {
  const auto& position = opened.position;
  return compare_positions({.target = position ? std::optional(position->sequence) : std::nullopt,
                            .epoch_is_current = epoch_is_current,
                            .known = note.epoch ? std::optional(note.sequence) : std::nullopt,
                            .cursor = spool_.cursor(name_).sequence,
                            .spool_holds_target = position && spool_.holds(position->sequence, name_),
                            .kept_after = spool_.kept_after(name_)});
}

Delivery::Next Delivery::settle(const OpenedSink& opened, bool epoch_is_current) {
  if (!opened.keeps_position) return {};
  const auto cursor = spool_.cursor(name_);
  CursorNote note = CursorNote::parse(cursor.state);
  const std::uint64_t has = opened.position ? opened.position->sequence : 0;
  PositionAnswer answer = compare(opened, note, epoch_is_current);
  std::string event;
  if (answer.kind == PositionAnswer::Kind::agreed) return {};
  if (answer.kind == PositionAnswer::Kind::target_ahead) {
    event = fmt::format(
        "sink {}: the target holds batch {}, which this spool never sent: the spool was restored from an "
        "older copy; its batches get new numbers",
        name_, has);
    if (const auto done = spool_.new_epoch(event); !done) return failed(done.error(), "begin a new epoch");
    answer.resend_after = cursor.sequence;
    note.epoch = opened.position->epoch;
    // Another collector may go on in the old one: what only this process has must not be taken for its.
    note.own_after = own_after_ = spool_.before_opening();
  } else {
    // The cursor goes back before anything else: any transaction deletes what it has passed. What had gone by
    // then shows when asked again.
    spool_.advance(name_, answer.resend_after, cursor.state);
    answer = compare(opened, note, epoch_is_current);
    event = fmt::format(
        "sink {}: the target holds batches up to {}, but it held {}: it was emptied, restored or replaced; "
        "rows that are still in the spool are sent again",
        name_, has, note.sequence);
    if (!answer.gap.empty()) {
      event += fmt::format(", ({}, {}] is lost and recorded as a gap", answer.gap.from, answer.gap.to);
      if (const auto done = spool_.record_gap(name_, answer.gap.from, answer.gap.to); !done)
        return failed(done.error(), "record a gap");
    }
    if (!opened.position) note.epoch.reset();
  }
  note.sequence = has;
  log::warning("sink/" + name_, "{}", event);
  if (const auto done = spool_.record_event("target", event); !done)
    return failed(done.error(), "record an event");
  store_cursor(answer.resend_after, note);
  if (const auto done = spool_.commit(); !done) return failed(done.error(), "commit");
  return {};
}

Delivery::Next Delivery::write(const std::vector<BatchPtr>& batches) {
  record_.set_state(RunnerState::delivering);
  const auto result = call<Written>([&] { return sink_.write(batches); });
  if (!result) return {.kind = Next::Kind::abandoned};
  if (!*result) return failed(result->error());
  const Written& written = **result;
  // Again for sinks that learn of a refusal only afterwards; the others have said so before they committed.
  if (!written.rejected.empty())
    if (const auto kept = store_letters(batches, written.rejected); !kept) return failed(kept.error());

  const Instant now = clock_.now();
  const Origin& last = batches.back()->origin;
  store_cursor(last.sequence, {.delivered = now.wall,
                               .epoch = last.epoch,
                               .sequence = last.sequence,
                               .own_after = own_after_,
                               .sink_state = written.state});
  backoff_.reset();
  trouble_.clear(now.boot, "delivering again");
  const auto sent =
      std::span(batches).subspan(std::min<std::size_t>(written.skipped_batches, batches.size()));
  record_.update([&](RunnerFigures& figures) {
    figures.delivered_batches += sent.size();
    figures.delivered_rows += rows_of(sent) - written.rejected.size();
    figures.rejected_rows += written.rejected.size();
    figures.last_delivery = now.wall;
    figures.last_error.clear();
  });
  wrote_ = true;
  return {};
}

std::expected<void, SinkFailure> Delivery::keep(std::span<const BatchPtr> batches,
                                                std::span<const RejectedRow> rows) {
  // Called from within the sink, which may have hung until nobody waited for it any more.
  if (abandoned_ || !calls_.leaving()) {
    abandoned_ = true;
    return std::unexpected(SinkFailure{.what = "stopped", .remedy = "", .retry_after = {}, .hold = false});
  }
  auto kept = store_letters(batches, rows);
  calls_.entering();
  return kept;
}

std::expected<void, SinkFailure> Delivery::store_letters(std::span<const BatchPtr> batches,
                                                         std::span<const RejectedRow> rows) {
  const auto kept = spool_.add_dead_letters(letters_of(name_, batches, rows, clock_.now().wall));
  if (kept) {
    log::warning("sink/" + name_, "{} refused and kept as dead letters; the first: {}",
                 counted(rows.size(), "row was", "rows were"), rows.front().why);
    return {};
  }
  return std::unexpected(SinkFailure{.what = "dead letters could not be kept: " + kept.error().error.what,
                                     .remedy = kept.error().error.remedy,
                                     .retry_after = std::nullopt,
                                     .hold = false});
}

void Delivery::store_cursor(std::uint64_t sequence, const CursorNote& note) {
  spool_.advance(name_, sequence, note.text());
}

Delivery::Next Delivery::failed(const SpoolError& error, const char* doing) {
  return failed(SinkFailure{.what = fmt::format("the spool could not {}: {}", doing, error.error.what),
                            .remedy = error.error.remedy,
                            .retry_after = std::nullopt,
                            .hold = false});
}

Delivery::Next Delivery::failed(const SinkFailure& failure) {
  if (!close()) return {.kind = Next::Kind::abandoned};
  const Instant now = clock_.now();
  const auto text = text_of(failure);
  trouble_.report(now.boot, text);
  Duration pause = backoff_.after(failure);
  if (slots_.give_up(now, pause)) {
    backoff_.reset();
    pause = slots_.until_due(now.wall, true);
  }
  not_before_ = now.boot + pause;
  record_.update([&](RunnerFigures& figures) {
    figures.state = failure.hold ? RunnerState::holding : RunnerState::retrying;
    ++figures.retries;
    figures.last_error = text;
    figures.last_error_at = now.wall;
  });
  return {.kind = Next::Kind::pause, .pause = pause};
}

bool Delivery::finish() {
  if (abandoned_ || !close()) return false;
  if (spool_.cursors_pending())
    if (const auto done = spool_.commit(); !done)
      log::warning("sink/" + name_, "the cursor could not be stored: {}", done.error().error.text());
  return true;
}

}  // namespace collector
