#include "collector/cli/running_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "collector/cli/exit_code.h"
#include "collector/cli/status_service.h"
#include "collector/cli/version_command.h"
#include "collector/core/terminal.h"
#include "collector/core/units.h"
#include "collector/core/version.h"
#include "collector/formats/json_reader.h"
#include "config/environment.h"
#include "config/state_directory.h"

namespace collector {
namespace {

using Kind = http::ClientFailure::Kind;
using Answer = std::expected<http::Response, http::ClientFailure>;

constexpr Duration brief = std::chrono::seconds(2);

// The kernel's list of bound sockets (proc_net(5)): those of this network namespace whose name is a
// collector's.
std::set<std::filesystem::path> sockets_of_collectors() {
  std::set<std::filesystem::path> sockets;
  std::ifstream list("/proc/net/unix");
  for (std::string line; std::getline(list, line);) {
    const auto path = line.find('/');
    if (path != std::string::npos && line.ends_with("/" + std::string(status_socket_name)))
      sockets.insert(line.substr(path));
  }
  return sockets;
}

std::filesystem::path resolved_path(const std::filesystem::path& file) {
  std::error_code error;
  auto resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(file), error);
  return error ? file : resolved;
}

// What the collector behind this socket tells of itself; no object: nothing.
JsonValue status_of(const std::filesystem::path& socket) {
  const auto response = http::ask(socket, "GET", "/status", brief);
  if (!response || response->status != 200) return {};
  return read_json_object(response->body).value_or(JsonValue{});
}

// The file that it was started with.
std::string configuration_of(const std::filesystem::path& socket) {
  const JsonValue status = status_of(socket);
  const JsonValue* configuration = status.member("configuration");
  const JsonValue* file = configuration != nullptr ? configuration->member("file") : nullptr;
  return file != nullptr ? file->text : std::string();
}

// The socket, but for `except`, of a collector that was started with one of these files; nothing: there is
// none.
std::optional<std::filesystem::path> socket_started_with(const std::vector<std::filesystem::path>& files,
                                                         const std::filesystem::path& except) {
  for (const auto& socket : sockets_of_collectors()) {
    const std::string file = socket == except ? std::string() : configuration_of(socket);
    if (!file.empty() && std::ranges::find(files, resolved_path(file), resolved_path) != files.end())
      return socket;
  }
  return std::nullopt;
}

Answer ask(const std::filesystem::path& socket, const std::string& method, const std::string& target,
           Duration timeout, const std::string& body) {
  auto answer = http::ask(socket, method, target, timeout, body);
  if (!answer || answer->status != 403) return answer;
  while (answer->body.ends_with('\n'))
    answer->body.pop_back();
  return std::unexpected(http::ClientFailure{Kind::forbidden, answer->body});
}

// For a name that was mistyped.
std::string_view remark_on(const std::filesystem::path& directory) {
  std::error_code error;
  const auto status = std::filesystem::status(directory, error);
  if (status.type() == std::filesystem::file_type::not_found) return ", which does not exist";
  const bool is_other = std::filesystem::exists(status) && !std::filesystem::is_directory(status);
  return is_other ? ", which is not a directory" : "";
}

}  // namespace

RunningAnswer ask_running(const Options& options, const Environment& environment, const std::string& method,
                          const std::string& target, Duration timeout, const std::string& body) {
  const auto file = find_configuration(options.config_file, environment);
  const std::filesystem::path state =
      options.state ? std::filesystem::absolute(*options.state) : state_directory_of(file, environment);
  const auto asked = [&](const std::filesystem::path& elsewhere, const std::filesystem::path& socket) {
    return RunningAnswer{state, elsewhere, ask(socket, method, target, timeout, body), socket};
  };
  if (options.state) return asked({}, status_socket(state));
  const auto elsewhere = [&] {
    return socket_started_with(configuration_places(options.config_file, environment), status_socket(state));
  };
  std::error_code error;
  // Where the file is gone, whoever has the default state directory is another one.
  if (!file || !std::filesystem::exists(*file, error))
    if (const auto socket = elsewhere()) return asked(*socket, *socket);
  RunningAnswer answer = asked({}, status_socket(state));
  if (answer.response ||
      (answer.response.error().kind != Kind::nobody && answer.response.error().kind != Kind::forbidden))
    return answer;
  const auto socket = elsewhere();
  if (!socket) return answer;
  // Where this user may not enter the state directory, it is the socket for the group.
  const bool moved = answer.response.error().kind == Kind::nobody;
  return asked(moved ? *socket : std::filesystem::path(), *socket);
}

void say_where(const RunningAnswer& answer) {
  if (answer.elsewhere.empty() || !answer.response) return;
  say(stderr,
      "collector: the configuration now has the state directory {}; this is the collector that was started "
      "with it earlier, which answers at {}\n",
      answer.state.native(), answer.elsewhere.native());
}

std::string other_version(const std::filesystem::path& socket) {
  const JsonValue status = status_of(socket);
  const JsonValue* const told = status.member("version");
  if (told == nullptr || told->text.empty() || told->text == version()) return "";
  const auto order = compare_versions(told->text, version());
  return fmt::format("the collector that runs is version {}, and this is {}; {}", told->text, version(),
                     order && *order > 0 ? "use the newer program, or start that one anew with this"
                                         : "restart it: systemctl restart collector");
}

int report_silence(const RunningAnswer& answer, Duration timeout) {
  const http::ClientFailure& failure = answer.response.error();
  switch (failure.kind) {
    case Kind::nobody:
      say(stderr,
          "collector: no collector runs with the state directory {}{}; start one with `collector run` (or "
          "`systemctl start collector`), or name another with --config or --state\n",
          answer.state.native(), remark_on(answer.state));
      return exit_code::not_running;
    case Kind::forbidden:
      say(stderr, "collector: {}\n", failure.what);
      return exit_code::state_directory;
    case Kind::silent:
      say(stderr,
          "collector: the collector with the state directory {} does not answer within {}: it is stopped "
          "(SIGSTOP), gets no processor time, or hangs; see its log, and restart it if this lasts\n",
          answer.state.native(), format_duration(timeout));
      return exit_code::degraded;
    case Kind::lacking:
      say(stderr, "collector: {}; close other programs, or raise the limit, and ask again\n", failure.what);
      return exit_code::resources;
    case Kind::unreachable:
      say(stderr, "collector: {}; look at that file's path and its disk, and ask again\n", failure.what);
      return exit_code::state_directory;
    case Kind::broken:
      break;
  }
  say(stderr, "collector: {}; ask again, and see its log\n", failure.what);
  return exit_code::degraded;
}

}  // namespace collector
