#include "collector/cli/history/history_access.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <system_error>
#include <utility>

#include "collector/cli/exit_code.h"
#include "collector/cli/failure.h"
#include "collector/cli/history/command_answer.h"
#include "collector/cli/history/history_source.h"
#include "collector/cli/history/output_file.h"
#include "collector/cli/running_collector.h"
#include "collector/cli/status_service.h"
#include "collector/core/log.h"
#include "collector/http/client.h"
#include "config/environment.h"

namespace collector {
namespace {

// A loop that runs tells at once.
constexpr Duration window_is_told = std::chrono::milliseconds(500);
std::optional<history::OpenWindow> ask_window(const std::filesystem::path& state) {
  const auto response = http::ask(status_socket(state), "GET", "/open-window", window_is_told);
  if (!response || response->status != 200) return std::nullopt;
  auto window = history::parse_open_window(response->body);
  return window ? std::optional(std::move(*window)) : std::nullopt;
}

std::expected<HistoryReply, HistoryMistake> ask_file(const Options& options, const HistorySource& source,
                                                     const Terminal& terminal,
                                                     const history::ExportOutput& output,
                                                     const HistoryPatience& patience) {
  auto file =
      open_history(source.file, options.history.file.has_value(),
                   {.at_most = patience.file, .all_together = {}, .cancelled = nullptr, .most_buckets = 0});
  if (!file) return std::unexpected(file.error());
  if (!source.state.empty()) file->add_open_window([&] { return ask_window(source.state); });
  return answer_command(options, *file, setting_now(source), terminal, output);
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  return text;
}

// Nothing: there is none, or it does not answer this user. `why` is left alone where none runs.
std::optional<HistoryReply> ask_collector(const Options& options, const Environment& environment,
                                          const Terminal& terminal, const history::ExportOutput& output,
                                          const HistoryPatience& patience, Error& why) {
  const RunningAnswer answer = ask_running(options, environment, "POST", "/history", patience.collector,
                                           history_request_text({options.words, terminal}));
  if (!answer.response) {
    const http::ClientFailure& failure = answer.response.error();
    using Kind = http::ClientFailure::Kind;
    if (failure.kind == Kind::nobody) return std::nullopt;
    why = {failure.what, failure.kind != Kind::forbidden
                             ? "see its log, and ask again"
                             : "whoever is in the group that `status: {group: NAME}` names may ask it: sudo "
                               "usermod -aG NAME $USER, then log in again"};
    return std::nullopt;
  }
  if (answer.response->status == 404) {
    const std::string other = other_version(answer.socket);
    why = {"it tells nobody of its history", other.empty() ? "it is older than this one; restart it" : other};
    return std::nullopt;
  }
  if (answer.response->status != 200)
    return reply_of({{"the running collector: " + without_line_end(answer.response->body),
                      answer.response->status == 503 ? "" : other_version(answer.socket)},
                     exit_code::no_history});
  auto reply = parse_history_reply(answer.response->body);
  if (!reply) return reply_of({{reply.error().what, other_version(answer.socket)}, exit_code::no_history});
  // What is a mistake there need not be one here.
  if (reply->exit_code == exit_code::usage)
    if (const std::string other = other_version(answer.socket); !other.empty())
      reply->said += fmt::format("collector: {}\n", other);
  if (auto written = output(reply->text); !written) return reply_of({written.error(), exit_code::internal});
  reply->text.clear();
  return std::move(*reply);
}

// A screen, and not data.
bool is_drawn(const Options& options) {
  const HistoryOptions& asked = options.history;
  return options.command == Command::history && !asked.json && !asked.csv && !asked.line;
}

bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(file, error) || error;
}

}  // namespace

int history_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  // Made when there is something to write: what goes wrong before leaves a file that is there as it is.
  std::optional<OutputFile> output;
  const auto open = [&]() -> Result<> {
    if (output) return {};
    auto opened = OutputFile::open(options.exported.output);
    if (!opened) return std::unexpected(opened.error());
    output.emplace(std::move(*opened));
    return {};
  };
  HistoryReply reply = ask_history(options, catalog, environment, Terminal::of(STDOUT_FILENO),
                                   [&](std::string_view text) -> Result<> {
                                     if (auto opened = open(); !opened) return opened;
                                     return is_drawn(options) ? output->draw(text) : output->write(text);
                                   });
  if (reply.exit_code == exit_code::done || reply.exit_code == exit_code::over) {
    auto finished = open();
    if (finished) finished = output->finish();
    if (!finished) reply = reply_of({finished.error(), exit_code::internal});
  }
  if (!reply.said.empty()) log::say_error(reply.said);
  return reply.exit_code;
}

HistoryReply ask_history(const Options& options, const Catalog& catalog, const Environment& environment,
                         const Terminal& terminal, const history::ExportOutput& output,
                         const HistoryPatience& patience) {
  if (options.history.file) {
    auto reply = ask_file(options, {*options.history.file, {}, {}, {}}, terminal, output, patience);
    return reply ? std::move(*reply) : reply_of(reply.error());
  }
  Error why;  // nothing: none runs
  if (options.state) {
    auto told = ask_collector(options, environment, terminal, output, patience, why);
    return told ? std::move(*told) : reply_of({why, exit_code::no_history});
  }
  const auto configured = configuration_to_run(options.config_file, environment);
  const auto configuration = load_without_secrets(configured, catalog, environment);
  if (!configuration) {
    // One that is for the service alone: the service knows it.
    const bool is_readable = !configured || access(configured->c_str(), R_OK) == 0;
    if (auto reply =
            is_readable ? std::nullopt : ask_collector(options, environment, terminal, output, patience, why))
      return *reply;
    return {.exit_code = exit_code::configuration, .said = problems_text(configuration.error()), .text = {}};
  }
  const auto source = history_source(*configuration);
  if (!source) return reply_of(source.error());
  const bool was_there = is_there(source->file);
  auto reply =
      was_there ? ask_file(options, *source, terminal, output, patience) : std::unexpected(HistoryMistake{});
  if (reply) return std::move(*reply);
  if (auto told = ask_collector(options, environment, terminal, output, patience, why))
    return std::move(*told);
  if (!was_there) reply = ask_file(options, *source, terminal, output, patience);  // says what starts one
  HistoryMistake mistake = reply.error();
  if (!why.what.empty())
    mistake.error = {mistake.error.what + "; and the collector that runs: " + why.what, why.remedy};
  return reply_of(mistake);
}

}  // namespace collector
