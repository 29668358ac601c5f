#include "sinks/runner_delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "collector/core/plural.h"

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
      failure_log_("sink/" + settings.name) {
  if (!slots_.enabled()) return;
  if (const auto token = ResumeToken::parse(spool_.cursor(name_).token); token.delivered)
    slots_.use_up(*token.delivered);
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
  if (mode == Mode::normal) {
    if (not_before_ && now.boot < *not_before_)
      return {.kind = Next::Kind::pause, .pause = *not_before_ - now.boot};
    // A slot that has begun is finished: what has come meanwhile goes along.
    if (const Duration wait = slots_.until_due(now.wall, true); wait > Duration{} && !is_open_)
      return {.kind = Next::Kind::pause, .pause = wait};
    // Without slots what is wrong with a target shows at once, not with the first batch.
    if (!is_open_ && !slots_.enabled()) return open();
  }
  not_before_.reset();

  // Asked before reading: what comes in between ends the wait at once.
  const std::uint64_t seen = spool_.last_number();
  const auto batches = spool_.read(name_, max_rows_);
  if (!batches) return failed(batches.error(), "read");
  if (!batches->empty()) return is_open_ ? write(*batches) : open();
  // Nothing is left. Between slots the connection is closed: the target may go to sleep.
  if (slots_.enabled() && is_open_) {
    slots_.use_up(now.wall);
    if (!close()) return {.kind = Next::Kind::abandoned};
  }
  record_.set_state(RunnerState::idle);
  return {.kind = Next::Kind::batch, .pause = longest_wait, .number = seen};
}

Delivery::Next Delivery::open() {
  record_.set_state(RunnerState::delivering);
  const ResumeToken token = ResumeToken::parse(spool_.cursor(name_).token);
  Uuid epoch = token.epoch.value_or(spool_.epoch());
  // Where nothing is remembered, what it is about to get may be there.
  if (!token.epoch)
    if (const auto next = spool_.next_origin(name_); next && next->source == spool_.source())
      epoch = next->epoch;
  const OpenRequest request{.source = token.source.value_or(spool_.source()),
                            .epoch = epoch,
                            .state = token.sink_state,
                            .keep_rejected = [this](auto stored, auto rows) { return keep(stored, rows); }};
  const auto opened = call<OpenedSink>([&] { return sink_.open(request); });
  if (!opened) return {.kind = Next::Kind::abandoned};
  if (!*opened) return failed(opened->error());
  is_open_ = true;
  const Next next = settle(**opened, request);
  if (next.kind == Next::Kind::step) spool_.opened(name_);
  return next;
}

Delivery::Next Delivery::settle(const OpenedSink& opened, const OpenRequest& request) {
  if (!opened.keeps_position) return {};
  const SinkCursor cursor = spool_.cursor(name_);
  ResumeToken token = ResumeToken::parse(cursor.token);
  const auto& position = opened.position;
  const std::uint64_t has = position ? position->sequence : 0;
  // A sink that is added again remembers nothing; what its target lacks of what is gone shows all the same.
  const bool came_back = !token.epoch && position.has_value();
  const std::uint64_t held = came_back ? cursor.sequence : token.sequence;
  const PositionAnswer answer =
      compare_positions({.target = position ? std::optional(has) : std::nullopt,
                         .known = token.epoch || came_back ? std::optional(held) : std::nullopt,
                         .confirmed = cursor.sequence,
                         .spool_holds_target = has > cursor.sequence && spool_.holds(has, name_)});
  if (answer == PositionAnswer::agreed) return {};
  token.source = request.source;
  token.epoch = request.epoch;
  token.sequence = has;
  if (answer == PositionAnswer::target_ahead) {
    const auto event = fmt::format(
        "sink {}: the target holds batch {}, which this spool never sent: the spool was restored from an "
        "older copy, or another collector has one; its batches get new numbers",
        name_, has);
    const auto changed = spool_.leave_epoch(name_, request.epoch, token.text(), event);
    if (!changed) return failed(changed.error(), "begin a new epoch");
    if (*changed) log::warning("sink/" + name_, "{}", event);
    return {};
  }
  const auto event =
      came_back ? fmt::format(
                      "sink {}: the target holds batches up to {}, and what was measured up to {} while no "
                      "sink led there is no longer in the spool",
                      name_, has, held)
                : fmt::format(
                      "sink {}: the target holds batches up to {}, but it held {}: it was emptied, restored "
                      "or replaced; rows that are still in the spool are sent again",
                      name_, has, held);
  if (!position) token.epoch.reset();
  const auto gap = spool_.resend(name_, has, held, token.text(), event);
  if (!gap) return failed(gap.error(), "send again");
  log::warning(
      "sink/" + name_, "{}{}", event,
      gap->empty() ? "" : fmt::format("; ({}, {}] is lost and recorded as a gap", gap->from, gap->to));
  return {};
}

Delivery::Next Delivery::write(const std::vector<BatchPtr>& batches) {
  record_.set_state(RunnerState::delivering);
  batches_ = batches;
  kept_.clear();
  const auto result = call<Written>([&] { return sink_.write(batches); });
  if (!result) return {.kind = Next::Kind::abandoned};
  if (!*result) return failed(result->error());
  const Written& written = **result;
  // Of sinks that learn of a refusal only afterwards; the others have said so before they committed.
  std::vector<std::size_t> sent;
  std::vector<std::size_t> untold;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (std::ranges::find(written.skipped, i) != written.skipped.end()) continue;
    sent.push_back(i);
    if (!kept_.contains(i)) untold.push_back(i);
  }
  std::vector<RejectedRow> rows;
  std::ranges::copy_if(written.rejected, std::back_inserter(rows),
                       [&](const RejectedRow& row) { return !kept_.contains(row.batch); });
  if (const auto kept = set_dead_letters(untold, rows); !kept) return failed(kept.error());
  if (!written.rejected.empty())
    log::warning("sink/" + name_, "{} refused and kept as dead letters; the first: {}",
                 counted(written.rejected.size(), "row was", "rows were"), written.rejected.front().why);

  const Instant now = clock_.now();
  ResumeToken token = ResumeToken::parse(spool_.cursor(name_).token);
  token.delivered = now.wall;
  token.sink_state = written.state;
  for (const BatchPtr& batch : batches) {
    if (batch->origin.source != spool_.source()) continue;  // of another machine
    token.source = batch->origin.source;
    token.epoch = batch->origin.epoch;
    token.sequence = batch->origin.sequence;
  }
  spool_.confirm(name_, batches.back()->number, token.text());
  backoff_.reset();
  failure_log_.clear(now.boot, "delivering again");
  std::uint64_t sent_rows = 0;
  for (const std::size_t i : sent)
    sent_rows += batches[i]->rows.size();
  record_.update([&](RunnerFigures& figures) {
    figures.delivered_batches += sent.size();
    figures.delivered_rows += sent_rows - written.rejected.size();
    figures.left_out_rows += written.left_out_rows;
    figures.rejected_rows += written.rejected.size();
    figures.last_delivery = now.wall;
    figures.last_error.clear();
  });
  return {};
}

std::expected<void, SinkFailure> Delivery::keep(std::span<const std::size_t> stored,
                                                std::span<const RejectedRow> rows) {
  // Called from within the sink, which may have hung until nobody waited for it any more.
  if (abandoned_ || !calls_.leaving()) {
    abandoned_ = true;
    return std::unexpected(SinkFailure{.what = "stopped", .remedy = "", .retry_after = {}, .hold = false});
  }
  auto kept = set_dead_letters(stored, rows);
  if (kept) kept_.insert(stored.begin(), stored.end());
  calls_.entering();
  return kept;
}

std::expected<void, SinkFailure> Delivery::set_dead_letters(std::span<const std::size_t> stored,
                                                            std::span<const RejectedRow> rows) {
  std::vector<const Batch*> batches;
  for (const std::size_t i : stored)
    batches.push_back(batches_[i].get());
  std::vector<RefusedRow> refused;
  for (const RejectedRow& row : rows)
    refused.push_back({batches_[row.batch].get(), row.row, row.why});
  const auto kept = spool_.set_dead_letters(name_, batches, refused);
  if (kept) return {};
  return std::unexpected(SinkFailure{.what = "dead letters could not be kept: " + kept.error().error.what,
                                     .remedy = kept.error().error.remedy,
                                     .retry_after = std::nullopt,
                                     .hold = false});
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
  failure_log_.report(now.boot, text);
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
  if (spool_.confirmations_pending())
    if (const auto done = spool_.commit(); !done)
      log::warning("sink/" + name_, "the cursor could not be stored: {}", done.error().error.text());
  return true;
}

}  // namespace collector
