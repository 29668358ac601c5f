#include "collector/cli/reload_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "collector/cli/exit_code.h"
#include "collector/cli/running_collector.h"
#include "collector/core/terminal.h"
#include "config/handed_secrets.h"

namespace collector {
namespace {

constexpr Duration reload_timeout = std::chrono::seconds(30);  // secrets may lie on a slow file system
constexpr std::string_view runtime_directory_of_the_service = "/run/collector";

// Where the service looks; nothing: there is no such service, and it reads everything itself.
std::optional<std::filesystem::path> place_for_secrets(const Environment& environment) {
  if (auto file = handed_secrets_file(environment)) return file;
  std::error_code error;
  const std::filesystem::path directory(runtime_directory_of_the_service);
  if (geteuid() != 0 || !std::filesystem::is_directory(directory, error)) return std::nullopt;
  return handed_secrets_file(
      {.variable = [&](const std::string&) { return std::optional(directory.string()); }, .host_name = {}});
}

int leave(const std::filesystem::path& place, const Options& options, const Catalog& catalog,
          const Environment& environment) {
  const auto file = find_configuration(options.config_file, environment);
  const auto left = leave_secrets(place, gather_secrets(file, catalog, environment));
  if (left) return exit_code::done;
  say(stderr, "collector: {}\n", left.error().text());
  return exit_code::state_directory;
}

}  // namespace

int secrets_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  const auto place = handed_secrets_file(environment);
  if (place) return leave(*place, options, catalog, environment);
  say(stderr, "collector: $RUNTIME_DIRECTORY does not name a directory for the secrets\n");
  return exit_code::usage;
}

int reload_command(const Options& options, const Catalog& catalog, const Environment& environment) {
  if (const auto place = place_for_secrets(environment)) leave(*place, options, catalog, environment);
  const RunningAnswer answer = ask_running(options, environment, "POST", "/reload", reload_timeout);
  if (!answer.response) return report_silence(answer, reload_timeout);
  say_where(answer);
  say(stderr, "{}", answer.response->body);
  if (answer.response->status == 200) return exit_code::done;
  if (answer.response->status != 422) return exit_code::degraded;
  say(stderr, "collector: not reloaded: the previous configuration stays in force\n");
  return exit_code::configuration;
}

}  // namespace collector
