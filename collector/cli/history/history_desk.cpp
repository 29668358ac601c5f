#include "collector/cli/history/history_desk.h"

#include <fmt/format.h>
#include <malloc.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/command_answer.h"
#include "collector/cli/history/history_source.h"
#include "collector/cli/history/history_wire.h"
#include "collector/cli/options.h"

namespace collector {
namespace {

constexpr std::size_t most_buckets = 150'000;            // some 25 MB, while it is worked out
constexpr std::size_t longest_answer = 8 * 1024 * 1024;  // bytes; the client takes twice as many
constexpr Duration stopped_within = std::chrono::seconds(1);

HistoryReply refused(int code, std::string_view what) {
  return {.exit_code = code, .said = fmt::format("collector: {}\n", what), .text = {}};
}

HistoryReply answered(const HistoryRequest& request,
                      const std::expected<HistorySource, HistoryMistake>& source, OpenWindowDesk& open_window,
                      std::chrono::milliseconds at_most, const std::atomic<bool>& stopped) {
  const Parsed parsed = parse_options(request.words);
  if (!parsed.options)
    return parsed.exit_code == exit_code::done ? HistoryReply{parsed.exit_code, {}, parsed.text}
                                               : HistoryReply{parsed.exit_code, parsed.text, {}};
  const Options& options = *parsed.options;
  if (!asks_history(options.command))
    return refused(exit_code::usage, "only commands that tell what the history has can be asked for here");
  if (options.history.file)
    return refused(exit_code::usage,
                   "the running collector reads no other files: --db is for whoever may read them");
  if (!source) return reply_of(source.error());
  auto file = open_history(
      source->file, false,
      {.at_most = at_most, .all_together = at_most, .cancelled = &stopped, .most_buckets = most_buckets});
  if (!file) return reply_of(file.error());
  file->add_open_window([&] { return open_window.ask(); });
  std::string text;
  bool is_too_long = false;
  HistoryReply reply = answer_command(options, *file, setting_now(*source), request.terminal,
                                      [&](std::string_view part) -> Result<> {
                                        is_too_long = text.size() + part.size() > longest_answer;
                                        if (is_too_long) return fail("the answer is too long", "");
                                        text += part;
                                        return {};
                                      });
  if (is_too_long)
    return refused(
        exit_code::no_history,
        "the answer is longer than the 8 MB that go over the socket; ask for a shorter time or for longer "
        "rows, or as the user that the collector runs as");
  reply.text = std::move(text);
  return reply;
}

}  // namespace

struct HistoryDesk::State {
  struct Question {
    std::string request;
    http::Reply reply;
  };
  State(OpenWindowDesk& desk, std::chrono::milliseconds limit) : open_window(desk), at_most(limit) {}

  OpenWindowDesk& open_window;
  const std::chrono::milliseconds at_most;
  std::atomic<bool> stopped{false};
  std::mutex mutex;  // of what follows
  std::expected<HistorySource, HistoryMistake> source = std::unexpected(HistoryMistake{});
  std::deque<Question> waiting;
  bool is_working = false;  // there is a thread, and it looks for more

  static http::Response response_to(State& state, const std::string& text);
  static void work(State& state);
};

http::Response HistoryDesk::State::response_to(State& state, const std::string& text) {
  const auto request = parse_history_request(text);
  if (!request) return {.status = 400, .body = request.error().text() + "\n"};
  std::unique_lock lock(state.mutex);
  const auto source = state.source;
  lock.unlock();
  return {.type = "application/octet-stream",
          .body = history_reply_text(
              answered(*request, source, state.open_window, state.at_most, state.stopped))};
}

void HistoryDesk::State::work(State& state) {
  std::unique_lock lock(state.mutex);
  while (!state.waiting.empty() && !state.stopped) {
    Question question = std::move(state.waiting.front());
    state.waiting.pop_front();
    lock.unlock();
    http::Response response = response_to(state, question.request);
    lock.lock();
    // With the lock held: the server is there for as long as nobody has stopped this.
    if (!state.stopped) question.reply(std::move(response));
    if (!state.waiting.empty()) continue;
    lock.unlock();
    malloc_trim(0);  // a collector that nobody asks is as small as before
    lock.lock();
  }
  state.is_working = false;
}

HistoryDesk::HistoryDesk(OpenWindowDesk& open_window, std::chrono::milliseconds at_most)
    : state_(std::make_shared<State>(open_window, at_most)) {}

void HistoryDesk::adopt(const Configuration& configuration) {
  auto source = history_source(configuration);
  const std::lock_guard lock(state_->mutex);
  state_->source = std::move(source);
}

void HistoryDesk::wait(std::string request, http::Reply reply) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting.size() >= most_waiting_histories)
      return reply(
          {.status = 503,
           .body = "the collector is answering others who ask for its history; ask again in a moment\n",
           .headers = {{"Retry-After", "5"}}});
    state_->waiting.push_back({std::move(request), std::move(reply)});
    if (std::exchange(state_->is_working, true)) return;
  }
  try {
    thread_.join(stopped_within);  // it has done its work
    thread_.start("history", [state = state_] { State::work(*state); });
  } catch (const std::system_error& error) {
    const std::lock_guard lock(state_->mutex);
    state_->is_working = false;
    for (const State::Question& question : std::exchange(state_->waiting, {}))
      question.reply({.status = 503, .body = fmt::format("no thread can be started: {}\n", error.what())});
  }
}

void HistoryDesk::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->waiting.clear();
  }
  thread_.join_or_leave(stopped_within);
}

}  // namespace collector
