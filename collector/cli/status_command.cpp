#include "collector/cli/status_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "collector/cli/exit_code.h"
#include "collector/cli/status_service.h"
#include "collector/cli/status_text.h"
#include "collector/core/terminal.h"
#include "collector/core/units.h"
#include "collector/http/client.h"
#include "config/state_directory.h"

namespace collector {
namespace {

constexpr Duration patience = std::chrono::seconds(2);

int report(const http::ClientFailure& failure, const std::filesystem::path& state) {
  using Kind = http::ClientFailure::Kind;
  switch (failure.kind) {
    case Kind::nobody:
      say(stderr,
          "collector: no collector runs with the state directory {}; start one with `collector run` (or "
          "`systemctl start collector`), or name another with --config or --state\n",
          state.native());
      return exit_code::not_running;
    case Kind::forbidden:
      say(stderr, "collector: {}; ask as the user that it runs as, or as root\n", failure.what);
      return exit_code::state_directory;
    case Kind::silent:
      say(stderr,
          "collector: the collector with the state directory {} does not answer within {}: it is stopped "
          "(SIGSTOP), gets no processor time, or hangs; see its log, and restart it if this lasts\n",
          state.native(), format_duration(patience));
      return exit_code::degraded;
    case Kind::broken:
      break;
  }
  say(stderr, "collector: {}; ask again, and see its log\n", failure.what);
  return exit_code::degraded;
}

}  // namespace

int status_command(const Options& options, const Environment& environment) {
  const std::filesystem::path state =
      options.state ? std::filesystem::absolute(*options.state)
                    : state_directory_of(find_configuration(options.config_file, environment), environment);
  const auto response = http::ask(status_socket(state), "GET", "/status", patience);
  if (!response) return report(response.error(), state);
  const auto status = read_json_object(response->body);
  if (response->status != 200 || !status)
    return report(
        {http::ClientFailure::Kind::broken, fmt::format("{}: what it answered is no status (HTTP {})",
                                                        status_socket(state).native(), response->status)},
        state);
  if (options.json)
    fmt::print("{}", data_on(stdout, response->body));
  else
    fmt::print("{}", status_text(*status, Terminal::of(STDOUT_FILENO)));
  return says_healthy(*status) ? exit_code::done : exit_code::degraded;
}

}  // namespace collector
