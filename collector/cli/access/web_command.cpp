#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "collector/cli/access/access_commands.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/running_collector.h"
#include "collector/core/descriptor.h"
#include "collector/core/terminal.h"
#include "collector/formats/json_reader.h"
#include "collector/formats/member_reader.h"

namespace collector {
namespace {

constexpr Duration code_timeout = std::chrono::seconds(5);

std::string variable(const Environment& environment, const std::string& name) {
  return environment.variable(name).value_or("");
}

// Why no browser is opened; empty: one can be.
std::string_view why_no_browser(const Environment& environment) {
  if (isatty(STDOUT_FILENO) == 0) return "no terminal";
  if (geteuid() == 0) return "root has no browser";
  if (!variable(environment, "SSH_CONNECTION").empty()) return "this is another machine's terminal";
  const bool graphical =
      !variable(environment, "WAYLAND_DISPLAY").empty() || !variable(environment, "DISPLAY").empty();
  return graphical ? "" : "no graphical session";
}

// Whether somebody who opens such things took it.
bool open_in_browser(const std::filesystem::path& file) {
  std::string program = "xdg-open", argument = file.native();
  const std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  // What browsers say is nobody's business here.
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The address with the code behind #, which browsers keep to themselves.
Result<std::string> way_in(const std::string& body) {
  const auto object = read_json_object(body);
  if (!object) return std::unexpected(object.error());
  MemberReader members(*object);
  const std::string url = members.text("url") + "#code=" + members.text("code");
  if (const auto read = members.result(); !read) return std::unexpected(read.error());
  return url;
}

}  // namespace

std::optional<std::filesystem::path> write_way_in(const std::string& url, const Environment& environment) {
  const std::string runtime = variable(environment, "XDG_RUNTIME_DIR");
  // The address is this collector's: of letters, digits, and what has no meaning in HTML.
  if (!runtime.starts_with('/') || url.find_first_of("\"<>&'") != std::string::npos) return std::nullopt;
  const std::filesystem::path file = std::filesystem::path(runtime) / "collector-web.html";
  unlink(file.c_str());  // of the time before, whose code is used up
  const Descriptor written(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const std::string page = fmt::format(
      "<!doctype html><meta charset=utf-8><title>collector</title>\n"
      "<meta http-equiv=refresh content=\"0; url={0}\"><a href=\"{0}\">collector</a>\n",
      url);
  if (written.get() < 0 ||
      write(written.get(), page.data(), page.size()) != static_cast<ssize_t>(page.size()))
    return std::nullopt;
  return file;
}

int web_command(const Options& options, const Environment& environment) {
  RunningAnswer answer = ask_running(options, environment, "POST", "/web-code", code_timeout);
  if (!answer.response) return report_silence(answer, code_timeout);
  say_where(answer);
  const http::Response& response = *answer.response;
  if (response.status == 404 || response.status == 405) {
    say(stderr, "collector: the collector that runs is of a version without a page; restart it\n");
    return exit_code::degraded;
  }
  if (response.status == 503) {
    say(stderr, "collector: {}", response.body);
    return exit_code::degraded;
  }
  if (response.status == 409) {
    say(stderr, "collector: {}", response.body);
    return exit_code::configuration;
  }
  const auto url = way_in(response.body);
  if (response.status != 200 || !url) {
    answer.response = std::unexpected(http::ClientFailure{
        http::ClientFailure::Kind::broken,
        fmt::format("{}: its answer has no code (HTTP {})", answer.state.native(), response.status)});
    return report_silence(answer, code_timeout);
  }
  fmt::print("{}\n", data_on(stdout, *url));
  std::fflush(stdout);
  const std::string_view why = options.access.only_prints ? "as you wish" : why_no_browser(environment);
  if (isatty(STDOUT_FILENO) != 0)
    say(stderr,
        "collector: this address is for one use within 60 seconds, with your rights; keep it to yourself\n");
  if (!why.empty()) return exit_code::done;
  const auto file = write_way_in(*url, environment);
  if (!file || !open_in_browser(*file))
    say(stderr, "collector: no browser could be opened (xdg-open); open that address in one\n");
  return exit_code::done;
}

}  // namespace collector
