#include "collector/cli/live/live_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/live/live_events.h"
#include "collector/cli/live/live_message.h"
#include "collector/cli/live/live_screen.h"
#include "collector/cli/live/live_terminal.h"
#include "collector/cli/live/live_text.h"
#include "collector/cli/running_collector.h"
#include "collector/core/log.h"
#include "collector/http/line_stream.h"
#include "config/environment.h"

namespace collector {
namespace {

constexpr Duration live_timeout = std::chrono::seconds(2);

// In place; else a line for each reading: into a pipe, and on a terminal that can't move its cursor.
bool draws(const LiveOptions& options) {
  const char* const term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && !options.json && (term == nullptr || std::string_view(term) != "dumb");
}

// One session, from the first line to the last.
class LiveRun {
 public:
  LiveRun(const LiveOptions& options, std::filesystem::path socket, http::LineStream stream)
      : options_(options),
        socket_(std::move(socket)),
        stream_(std::move(stream)),
        session_(options.interfaces),
        terminal_(draws(options) ? std::make_unique<LiveTerminal>() : nullptr),
        signals_(terminal_ != nullptr),
        began_(clock_.now().boot),
        heard_(began_) {
    view_.units = options.units;
    const char* term = std::getenv("TERM");
    term_ = term == nullptr ? "" : term;
  }

  int run();

 private:
  enum class End : std::uint8_t { none, asked_for, collector_ended, nobody_looks };

  End step();
  End take_signals();
  End take_keys();
  End take_lines();
  bool open_again();
  void print_reading();
  void redraw();
  std::string note() const;
  int finish(End end);
  bool is_over() const { return options_.duration > Duration::zero() && left() <= Duration::zero(); }
  Duration left() const { return options_.duration - (clock_.now().boot - began_); }

  const LiveOptions& options_;
  const std::filesystem::path socket_;
  http::LineStream stream_;
  const SystemClock clock_;
  LiveSession session_;
  std::unique_ptr<LiveTerminal> terminal_;  // null: a line for each reading
  LiveSignals signals_;
  const BootTime began_;
  BootTime heard_;  // when there was a reading last
  LiveView view_;
  std::string term_;
  std::uint64_t readings_ = 0;
  bool heard_since_opened_ = false;
  bool told_note_ = false;
  bool dirty_ = true;
};

std::string LiveRun::note() const {
  const Duration usual = session_.interval();
  if (session_.has_begun() && clock_.now().boot - heard_ > 3 * usual + std::chrono::seconds(2))
    return fmt::format("no reading since {}", local_clock_text(session_.last(), true));
  return live_note(session_);
}

void LiveRun::redraw() {
  if (!std::exchange(dirty_, false) || terminal_->is_waiting()) return;
  const Terminal terminal = Terminal::of(STDOUT_FILENO);
  view_.rows = terminal_->rows();
  view_.has_keys = terminal_->has_keys();
  view_.dots = dots_of(terminal, term_);
  view_.note = note();
  terminal_->draw(live_screen(session_, view_, terminal));
}

void LiveRun::print_reading() {
  const Terminal terminal = Terminal::of(STDOUT_FILENO);
  put(stdout,
      options_.json ? data_on(stdout, live_json(session_)) : live_line(session_, options_.units, terminal));
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "stdout");
}

// A client that was stopped for long was closed; what moved meanwhile is in the sums of the greeting.
bool LiveRun::open_again() {
  if (!std::exchange(heard_since_opened_, false)) return false;
  auto opened = http::LineStream::open(socket_, "/live", live_timeout);
  if (!opened) return false;
  stream_ = std::move(*opened);
  return true;
}

LiveRun::End LiveRun::take_lines() {
  for (const std::string& line : stream_.read()) {
    const auto message = read_live_message(line);
    // The last line of an answer that was cut off may be half a one.
    if (!message || !*message) continue;
    const bool is_reading = session_.take(**message);
    heard_ = clock_.now().boot;
    heard_since_opened_ = true;
    dirty_ = true;
    if (!std::exchange(told_note_, true) && !terminal_)
      if (const std::string note = live_note(session_); !note.empty())
        log::say_error(fmt::format("collector: {}\n", note));
    if (!is_reading) continue;
    if (!terminal_) print_reading();
    if (++readings_ == options_.count) return End::asked_for;
  }
  if (stream_.is_over() && !open_again()) return End::collector_ended;
  return End::none;
}

LiveRun::End LiveRun::take_signals() {
  while (const auto signal = signals_.next())
    switch (*signal) {
      case LiveSignal::end:
        return End::asked_for;
      case LiveSignal::hang_up:
        return End::nobody_looks;
      case LiveSignal::stop:
        terminal_->stop_until_continued();
        [[fallthrough]];
      case LiveSignal::resized:
        dirty_ = true;
    }
  return End::none;
}

LiveRun::End LiveRun::take_keys() {
  for (const char key : terminal_->keys()) {
    if (key == 'q' || key == 'Q') return End::asked_for;
    if (key == 'i') view_.interface = next_interface(session_, view_.interface);
    if (key == 'u')
      view_.units = view_.units == LiveUnits::bit  ? LiveUnits::si
                    : view_.units == LiveUnits::si ? LiveUnits::iec
                                                   : LiveUnits::bit;
    dirty_ = true;
  }
  return terminal_->is_gone() ? End::nobody_looks : End::none;
}

LiveRun::End LiveRun::step() {
  if (terminal_) redraw();
  Duration at_most = std::chrono::seconds(1);
  if (options_.duration > Duration::zero()) at_most = std::clamp(left(), Duration::zero(), at_most);
  const bool waits = terminal_ && terminal_->is_waiting();
  const LiveReady ready = wait_for_live({.stream = stream_.descriptor(),
                                         .signals = signals_.descriptor(),
                                         .keys = terminal_ && terminal_->has_keys() ? STDIN_FILENO : -1,
                                         .output = waits ? terminal_->output() : -1,
                                         .reader = terminal_ ? -1 : STDOUT_FILENO},
                                        at_most);
  if (ready.reader_gone) return End::nobody_looks;
  if (ready.signal)
    if (const End end = take_signals(); end != End::none) return end;
  if (ready.key)
    if (const End end = take_keys(); end != End::none) return end;
  if (ready.output) terminal_->write_on();
  if (terminal_ && terminal_->is_gone()) return End::nobody_looks;
  if (ready.line)
    if (const End end = take_lines(); end != End::none) return end;
  if (clock_.now().boot - heard_ > std::chrono::seconds(2)) dirty_ = true;  // how old it is
  return is_over() ? End::asked_for : End::none;
}

int LiveRun::run() {
  if (terminal_) terminal_->enter();
  End end = End::none;
  while (end == End::none)
    end = step();
  return finish(end);
}

int LiveRun::finish(End end) {
  const bool was_terminal = terminal_ != nullptr;
  if (terminal_ && !terminal_->leave()) end = End::nobody_looks;
  terminal_.reset();
  if (end == End::nobody_looks) return exit_code::done;
  // Also before the first reading: what was on the screen is not lost with it.
  if (session_.has_begun() && session_.counts_any() && !options_.json) {
    std::FILE* const file = was_terminal ? stdout : stderr;
    put(file, live_summary(session_, view_.units, Terminal::of(fileno(file))));
  }
  if (end == End::asked_for) return exit_code::done;
  log::say_error("collector: the collector has ended, and so has this; collector status tells more\n");
  return exit_code::not_running;
}

// Why the running collector does not tell; what it answers itself is said as it is.
int report_refusal(RunningAnswer answer, const http::ClientFailure& failure) {
  if (failure.kind == http::ClientFailure::Kind::broken) {
    const std::string other = other_version(answer.socket);
    log::say_error(fmt::format("collector: {}{}{}\n", failure.what, other.empty() ? "" : "; ", other));
    return exit_code::degraded;
  }
  answer.response = std::unexpected(failure);
  return report_silence(answer, live_timeout);
}

}  // namespace

int live_command(const Options& options, const Environment& environment) {
  const RunningAnswer answer = ask_running(options, environment, "GET", "/healthz", live_timeout);
  if (!answer.response) {
    const int code = report_silence(answer, live_timeout);
    if (code == exit_code::not_running)
      log::say_error("collector: collector sample looks once, without one\n");
    return code;
  }
  say_where(answer);
  auto stream = http::LineStream::open(answer.socket, "/live", live_timeout);
  if (!stream) return report_refusal(answer, stream.error());
  return LiveRun(options.live, answer.socket, std::move(*stream)).run();
}

}  // namespace collector
