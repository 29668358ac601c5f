#include "collector/cli/history/history_desk.h"

#include <fmt/format.h>
#include <malloc.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
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
  OpenWindowDesk& open_window;
  const std::chrono::milliseconds at_most;
  std::mutex mutex;  // of what follows
  std::expected<HistorySource, HistoryMistake> source = std::unexpected(HistoryMistake{});

  http::Response response_to(const std::string& text, const std::atomic<bool>& stopped) {
    const auto request = parse_history_request(text);
    if (!request) return {.status = 400, .body = request.error().text() + "\n"};
    std::unique_lock lock(mutex);
    const auto known = source;
    lock.unlock();
    return {.type = "application/octet-stream",
            .body = history_reply_text(answered(*request, known, open_window, at_most, stopped))};
  }
};

// A collector that nobody asks is as small as before.
HistoryDesk::HistoryDesk(OpenWindowDesk& open_window, std::chrono::milliseconds at_most)
    : state_(new State{.open_window = open_window, .at_most = at_most, .mutex = {}}),
      worker_("history", most_waiting_histories, [] { malloc_trim(0); }) {}

void HistoryDesk::adopt(const Configuration& configuration) {
  auto source = history_source(configuration);
  const std::lock_guard lock(state_->mutex);
  state_->source = std::move(source);
}

void HistoryDesk::wait(std::string request, http::Reply reply) {
  const auto added =
      worker_.add([state = state_, request = std::move(request), reply](const std::atomic<bool>& stopped) {
        http::Response response = state->response_to(request, stopped);
        // Whoever stops this waits for a moment, and the server is there for longer.
        if (!stopped) reply(std::move(response));
      });
  switch (added) {
    case JobThread::Added::yes:
      return;
    case JobThread::Added::too_many:
      return reply(
          {.status = 503,
           .body = "the collector is answering others who ask for its history; ask again in a moment\n",
           .headers = {{"Retry-After", "5"}}});
    case JobThread::Added::no_thread:
      return reply({.status = 503, .body = "no thread can be started\n"});
  }
}

}  // namespace collector
