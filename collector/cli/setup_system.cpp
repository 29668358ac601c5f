#include "collector/cli/setup_system.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "collector/cli/setup_files.h"

namespace collector {
namespace {

// `collector` in a unit is the one that runs now, with the configuration that was written.
std::string unit_text(const SetupPlan& plan, const std::filesystem::path& program) {
  std::string unit = fmt::format("# {}\n{}", setup_mark,
                                 plan.starter == Starter::system_service ? system_unit() : user_unit());
  // Every line that starts the program, with the prefix that says as whom.
  const std::string packaged = "/usr/bin/collector ";
  for (auto at = unit.find(packaged); at != std::string::npos; at = unit.find(packaged, at)) {
    const auto begin = unit.rfind('=', at) + 1;
    const std::string own = fmt::format("\"{}{}\" --config \"{}\" ", unit.substr(begin, at - begin),
                                        program.string(), plan.file.string());
    unit.replace(begin, at - begin + packaged.size(), own);
    at = begin + own.size();
  }
  return unit;
}

bool is_service(Starter starter) {
  return starter == Starter::system_service || starter == Starter::user_service;
}

bool packaged_unit_exists() {
  std::error_code error;
  return std::filesystem::exists("/lib/systemd/system/collector.service", error) ||
         std::filesystem::exists("/usr/lib/systemd/system/collector.service", error);
}

constexpr std::string_view cron_mark = "# collector setup";

std::string crontab() {
  std::string text;
  std::FILE* list = popen("crontab -l 2>/dev/null", "r");
  if (list == nullptr) return text;
  for (int c = 0; (c = std::getc(list)) != EOF;)
    text += static_cast<char>(c);
  pclose(list);
  return text;
}

// Without the line that setup added.
std::string others_in(const std::string& crontab) {
  std::string others;
  std::istringstream lines(crontab);
  for (std::string line; std::getline(lines, line);)
    if (!line.ends_with(cron_mark)) others += line + "\n";
  return others;
}

Result<> set_crontab(const std::string& text) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("collector-crontab-{}", getpid());
  if (auto written = write_file_in_place(file, text, 0600); !written) return written;
  const int code = run_system_program({"crontab", file.string()});
  unlink(file.c_str());
  if (code == 0) return {};
  return fail(fmt::format("crontab ended with {}", code), "is cron installed, and may this user use it?");
}

std::string systemctl_name(Starter starter) {
  return starter == Starter::user_service ? "systemctl --user" : "systemctl";
}

Result<> start_service(Starter starter) {
  for (const auto& words : {std::vector<std::string>{"daemon-reload"},
                            {"enable", "--quiet", "collector.service"},
                            {"restart", "collector.service"}}) {
    const int code = systemctl(starter, words);
    if (code != 0)
      return fail(
          fmt::format("`{} {}` ended with {}", systemctl_name(starter), fmt::join(words, " "), code),
          fmt::format("`{} status collector` and `journalctl {}-u collector` say why; `collector setup "
                      "--uninstall` removes what was written",
                      systemctl_name(starter), starter == Starter::user_service ? "--user " : ""));
  }
  return {};
}

Result<> start_cron(const SetupPlan& plan, const std::filesystem::path& program) {
  run_system_program({program.string(), "--config", plan.file.string(), "--once"});
  return set_crontab(others_in(crontab()) +
                     fmt::format("*/5 * * * *  '{}' --once --config '{}' > /dev/null  {}\n", program.string(),
                                 plan.file.string(), cron_mark));
}

}  // namespace

int run_system_program(const std::vector<std::string>& arguments) {
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Signals as a program expects to find them.
  sigset_t all;
  sigemptyset(&all);
  posix_spawnattr_setsigmask(&attributes, &all);
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  const int error = posix_spawnp(&child, words[0], nullptr, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  int status = 0;
  if (error != 0 || waitpid(child, &status, 0) != child) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool has_system_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((std::filesystem::path(folder) / name).c_str(), X_OK) == 0) return true;
  return false;
}

int systemctl(Starter starter, std::vector<std::string> words) {
  std::vector<std::string> all{"systemctl"};
  if (starter == Starter::user_service) all.emplace_back("--user");
  all.insert(all.end(), words.begin(), words.end());
  return run_system_program(all);
}

std::filesystem::path unit_path(Starter starter, const std::filesystem::path& configuration_home) {
  return starter == Starter::system_service ? std::filesystem::path("/etc/systemd/system/collector.service")
                                            : configuration_home / "systemd/user/collector.service";
}

std::optional<SetupFile> unit_of(const SetupPlan& plan, const std::filesystem::path& configuration_home,
                                 const std::filesystem::path& program) {
  if (!is_service(plan.starter)) return std::nullopt;
  const std::filesystem::path path = unit_path(plan.starter, configuration_home);
  const bool package_does_it = plan.starter == Starter::system_service && packaged_unit_exists() &&
                               program == "/usr/bin/collector" &&
                               plan.file == "/etc/collector/collector.yaml" && !is_marked(path);
  if (package_does_it) return std::nullopt;
  return SetupFile{path, unit_text(plan, program), false};
}

void note_unit(Starter starter, const std::filesystem::path& configuration_home, SetupRecord& record) {
  if (!is_service(starter)) return;
  const std::filesystem::path path = unit_path(starter, configuration_home);
  std::error_code error;
  const bool others = std::filesystem::exists(path, error) && !is_marked(path);
  const bool packaged = starter == Starter::system_service && packaged_unit_exists() && !is_marked(path);
  if (!others && !packaged) return;
  record.unit_was_enabled = systemctl(starter, {"is-enabled", "--quiet", "collector.service"}) == 0;
  record.unit_was_active = systemctl(starter, {"is-active", "--quiet", "collector.service"}) == 0;
}

Result<> start(const SetupPlan& plan, const std::filesystem::path& program) {
  if (is_service(plan.starter)) return start_service(plan.starter);
  if (plan.starter == Starter::cron) return start_cron(plan, program);
  return {};
}

std::string stop(Starter starter) {
  if (is_service(starter)) {
    const int code = systemctl(starter, {"disable", "--quiet", "--now", "collector.service"});
    return code == 0 ? fmt::format("stopped the {} service", name_of(starter)) : "";
  }
  if (starter != Starter::cron || !has_system_program("crontab")) return {};
  const std::string all = crontab();
  const std::string others = others_in(all);
  return all != others && set_crontab(others) ? "removed the line from the crontab" : "";
}

void bring_back_unit(Starter starter, const SetupRecord& record) {
  systemctl(starter, {"daemon-reload"});
  if (record.unit_was_enabled) systemctl(starter, {"enable", "--quiet", "collector.service"});
  if (record.unit_was_active) systemctl(starter, {"restart", "collector.service"});
}

}  // namespace collector
