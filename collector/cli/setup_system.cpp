#include "collector/cli/setup_system.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace collector {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? std::move(text).str() : std::string();
}

Result<> write_file(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  const std::filesystem::path fresh = path.string() + ".new";
  unlink(fresh.c_str());
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fchmod(file, mode) == 0 && fsync(file) == 0;
  if (file >= 0) close(file);
  if (written && rename(fresh.c_str(), path.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  unlink(fresh.c_str());
  return fail(fmt::format("{}: {}", path.string(), why), "nothing there was changed");
}

// `collector` in a unit is the one that runs now, with the configuration that was written.
std::string unit_for(const SetupPlan& plan, const std::filesystem::path& program) {
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

std::vector<std::string> systemctl(Starter starter, std::vector<std::string> words) {
  std::vector<std::string> all{"systemctl"};
  if (starter == Starter::user_service) all.emplace_back("--user");
  all.insert(all.end(), words.begin(), words.end());
  return all;
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
  if (auto written = write_file(file, text, 0600); !written) return written;
  const int code = run_system_program({"crontab", file.string()});
  unlink(file.c_str());
  if (code == 0) return {};
  return fail(fmt::format("crontab ended with {}", code), "is cron installed, and may this user use it?");
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

Result<std::filesystem::path> write_with_backup(const SetupFile& file) {
  std::error_code error;
  std::filesystem::create_directories(file.path.parent_path(), error);
  std::filesystem::path backup;
  if (std::filesystem::exists(file.path, error)) {
    if (text_of(file.path) == file.text) return backup;
    const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string name = fmt::format("{}.before-{:%Y%m%d-%H%M%S}", file.path.string(), now);
    backup = name;
    for (int i = 2; std::filesystem::exists(backup, error); ++i)
      backup = fmt::format("{}-{}", name, i);
    // A second name for the old file: the new one takes its place in one step.
    if (link(file.path.c_str(), backup.c_str()) != 0)
      return fail(fmt::format("{}: no backup: {}", backup.string(), std::strerror(errno)),
                  "nothing was changed");
  }
  const mode_t mode = file.secret ? 0600 : 0644;
  if (auto written = write_file(file.path, file.text, mode); !written)
    return std::unexpected(written.error());
  return backup;
}

std::filesystem::path unit_path(Starter starter, const std::filesystem::path& configuration_home) {
  return starter == Starter::system_service ? std::filesystem::path("/etc/systemd/system/collector.service")
                                            : configuration_home / "systemd/user/collector.service";
}

Result<> start_service(const SetupPlan& plan, const std::filesystem::path& configuration_home,
                       const std::filesystem::path& program) {
  const SetupFile unit{unit_path(plan.starter, configuration_home), unit_for(plan, program), false};
  if (auto written = write_with_backup(unit); !written) return std::unexpected(written.error());
  for (const auto& words : {systemctl(plan.starter, {"daemon-reload"}),
                            systemctl(plan.starter, {"enable", "--quiet", "collector.service"}),
                            systemctl(plan.starter, {"restart", "collector.service"})}) {
    const int code = run_system_program(words);
    if (code != 0)
      return fail(fmt::format("`{}` ended with {}", fmt::join(words, " "), code),
                  fmt::format("`{} status collector` and `journalctl {}-u collector` say why",
                              plan.starter == Starter::user_service ? "systemctl --user" : "systemctl",
                              plan.starter == Starter::user_service ? "--user " : ""));
  }
  return {};
}

Result<> start_cron(const SetupPlan& plan, const std::filesystem::path& program) {
  return set_crontab(others_in(crontab()) +
                     fmt::format("*/5 * * * *  '{}' --once --config '{}' > /dev/null  {}\n", program.string(),
                                 plan.file.string(), cron_mark));
}

std::vector<std::string> stop_and_remove(const std::filesystem::path& configuration_home) {
  std::vector<std::string> done;
  for (const Starter starter : {Starter::system_service, Starter::user_service}) {
    const std::filesystem::path unit = unit_path(starter, configuration_home);
    if (text_of(unit).find(setup_mark) == std::string::npos) continue;
    run_system_program(systemctl(starter, {"disable", "--quiet", "--now", "collector.service"}));
    std::error_code error;
    if (!std::filesystem::remove(unit, error)) continue;
    run_system_program(systemctl(starter, {"daemon-reload"}));
    done.push_back(fmt::format("stopped the {} service, removed {}", name_of(starter), unit.string()));
  }
  if (has_system_program("crontab")) {
    const std::string all = crontab();
    const std::string others = others_in(all);
    if (all != others && set_crontab(others)) done.emplace_back("removed the line from the crontab");
  }
  return done;
}

std::vector<std::string> remove_files_of_setup(const std::filesystem::path& configuration) {
  std::vector<std::string> removed;
  const std::string text = text_of(configuration);
  if (text.find(setup_mark) == std::string::npos) return removed;
  std::error_code error;
  std::vector<std::filesystem::path> files{configuration};
  if (text_of(configuration.parent_path() / "environment").find(setup_mark) != std::string::npos)
    files.push_back(configuration.parent_path() / "environment");
  constexpr std::string_view reference = "${file:";
  for (std::size_t at = 0; (at = text.find(reference, at)) != std::string::npos;) {
    at += reference.size();
    files.push_back(configuration.parent_path() / text.substr(at, text.find('}', at) - at));
  }
  for (const auto& file : files)
    if (std::filesystem::remove(file, error)) removed.push_back(file.string());
  std::filesystem::remove(configuration.parent_path(), error);  // when nothing else is in it
  return removed;
}

std::vector<std::string> remove_state(const std::filesystem::path& state) {
  std::vector<std::string> removed;
  std::error_code error;
  // systemd keeps the directory elsewhere, and a link to it here.
  const std::filesystem::path directory = std::filesystem::canonical(state, error);
  if (error) return removed;
  for (const char* name : {"spool.db", "spool.db-wal", "spool.db-shm", "collector.db", "collector.db-wal",
                           "collector.db-shm", "json", "lock", "status.sock", "configuration"})
    if (std::filesystem::remove_all(directory / name, error) > 0 && !error)
      removed.push_back((state / name).string());
  if (std::filesystem::remove(directory, error)) removed.push_back(directory.string());
  if (directory != state && std::filesystem::is_symlink(state, error)) std::filesystem::remove(state, error);
  return removed;
}

}  // namespace collector
