#include "collector/cli/status_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/history_totals.h"
#include "collector/cli/running_collector.h"
#include "collector/cli/status_text.h"
#include "collector/core/terminal.h"
#include "collector/formats/json_reader.h"
#include "collector/http/client.h"

namespace collector {
namespace {

constexpr Duration status_timeout = std::chrono::seconds(2);

// As one more key of the object.
void add_totals(std::string& status, const std::optional<std::string>& totals) {
  const std::size_t end = status.rfind('}');
  if (totals && end != std::string::npos) status.insert(end, ", \"moved\": " + *totals);
}

}  // namespace

int status_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  RunningAnswer answer = ask_running(options, environment, "GET", "/status", status_timeout);
  if (!answer.response) return report_silence(answer, status_timeout);
  http::Response& response = *answer.response;
  if (response.status == 200)
    add_totals(response.body, totals_json(ask_as_user(options, catalog, environment)));
  const auto status = read_json_object(response.body);
  if (response.status != 200 || !status) {
    answer.response = std::unexpected(http::ClientFailure{
        http::ClientFailure::Kind::broken,
        fmt::format("{}: its answer is not a status (HTTP {})", answer.state.native(), response.status)});
    return report_silence(answer, status_timeout);
  }
  say_where(answer);
  if (options.json)
    fmt::print("{}", data_on(stdout, response.body));
  else
    fmt::print("{}", status_text(*status, Terminal::of(STDOUT_FILENO)));
  return says_healthy(*status) ? exit_code::done : exit_code::degraded;
}

}  // namespace collector
