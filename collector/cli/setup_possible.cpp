#include "collector/cli/setup_possible.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "collector/cli/setup_system.h"

namespace collector {
namespace {

bool is_there(const std::filesystem::path& path) {
  return access(path.c_str(), F_OK) == 0;
}

bool systemd_runs() {
  return is_there("/run/systemd/system");
}

// systemctl --user finds it there.
bool user_manager_runs() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  return runtime != nullptr && is_there(std::filesystem::path(runtime) / "systemd/private");
}

bool is_cron(const std::string& program) {
  static constexpr std::array<std::string_view, 5> programs{"cron", "crond", "fcron", "dcron", "bcron-sched"};
  for (const std::string_view each : programs)
    if (program == each) return true;
  return false;
}

bool cron_runs() {
  // systemd-cron has no process: timers of systemd do its work.
  if (systemd_runs() &&
      (is_there("/lib/systemd/system/cron.target") || is_there("/usr/lib/systemd/system/cron.target")))
    return true;
  std::error_code error;
  bool sees_others = false;
  for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    std::ifstream file(at->path() / "comm");
    std::string program;
    if (!std::getline(file, program)) continue;
    if (is_cron(program)) return true;
    sees_others = sees_others || at->path().filename() == "1";
  }
  // Where /proc hides other users' processes (hidepid) it can't be told.
  return !sees_others;
}

std::string no_systemd() {
  if (is_there("/run/openrc/softlevel"))
    return "OpenRC runs this machine, not systemd: choose none, and see scripts/packaging/README.md for its "
           "script";
  return "systemd does not run here";
}

}  // namespace

std::string why_impossible(Starter starter) {
  switch (starter) {
    case Starter::system_service:
      if (!systemd_runs() || !has_system_program("systemctl")) return no_systemd();
      return geteuid() == 0 ? "" : "it needs root: sudo collector setup";
    case Starter::user_service:
      if (!has_system_program("systemctl")) return no_systemd();
      return user_manager_runs()
                 ? ""
                 : "this user's systemd does not run here (XDG_RUNTIME_DIR does not name it): log in as "
                   "that user, or `loginctl enable-linger`";
    case Starter::cron:
      if (!has_system_program("crontab")) return "there is no crontab here: install cron";
      return cron_runs() ? "" : "cron does not run here: start it first (service cron start)";
    case Starter::nobody:
      return {};
  }
  return {};
}

Starter usual_starter() {
  const Starter service = geteuid() == 0 ? Starter::system_service : Starter::user_service;
  return why_impossible(service).empty() ? service : Starter::nobody;
}

}  // namespace collector
