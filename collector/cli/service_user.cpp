#include "collector/cli/service_user.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "collector/core/scanner.h"
#include "config/text_file.h"

namespace collector {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_unit = 64UL * 1024;
constexpr uid_t some_dynamic_user = 61184;  // the first that systemd gives (man systemd.exec, DynamicUser=)
constexpr const char* service_configuration = "/etc/collector/collector.yaml";

std::string_view trimmed_line(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t\""), text.size());
  const auto end = text.find_last_not_of(" \t\"\r");
  return end == std::string_view::npos || end < begin ? "" : text.substr(begin, end - begin + 1);
}

// NAME=value lines; later ones go before earlier ones, but ExecStartPre= adds up.
using Entries = std::map<std::string, std::string, std::less<>>;
void read_entries(const fs::path& file, Entries& entries) {
  const auto text = read_text_file(file, largest_unit);
  if (!text) return;
  for (std::string_view rest = *text; const auto line = next_line(rest);) {
    const auto equals = line->find('=');
    if (equals == std::string_view::npos || line->starts_with('#') || line->starts_with(';')) continue;
    const std::string name(trimmed_line(line->substr(0, equals)));
    const std::string value(trimmed_line(line->substr(equals + 1)));
    std::string& entry = entries[name];
    entry = name == "ExecStartPre" && !value.empty() ? entry + "\n" + value : value;
  }
}

Entries unit_entries(const fs::path& root) {
  static constexpr std::array<const char*, 5> folders{"etc/systemd/system", "run/systemd/system",
                                                      "usr/local/lib/systemd/system",
                                                      "usr/lib/systemd/system", "lib/systemd/system"};
  Entries entries;
  std::error_code error;
  const auto unit = std::ranges::find_if(
      folders, [&](const char* folder) { return fs::exists(root / folder / "collector.service", error); });
  if (unit == folders.end()) return entries;
  read_entries(root / *unit / "collector.service", entries);
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(root / *folder / "collector.service.d", error))
      if (entry.path().extension() == ".conf") files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files)
      read_entries(file, entries);
  }
  return entries;
}

ServiceUser user_named(const std::string& name) {
  ServiceUser user{.name = name, .user = some_dynamic_user, .groups = {some_dynamic_user}};
  const struct passwd* known = getpwnam(name.c_str());
  if (known == nullptr) return user;
  user.user = known->pw_uid;
  std::array<gid_t, 64> groups{};
  int count = static_cast<int>(groups.size());
  if (getgrouplist(name.c_str(), known->pw_gid, groups.data(), &count) >= 0)
    user.groups.assign(groups.begin(), groups.begin() + count);
  else
    user.groups = {known->pw_gid};
  return user;
}

bool is_below(const fs::path& file, const char* folder) {
  const auto within = file.lexically_relative(folder);
  return !within.empty() && *within.begin() != "..";
}

}  // namespace

std::optional<ServiceUser> find_service_user(const fs::path& root) {
  const auto value = [](const Entries& entries, const char* name) {
    const auto found = entries.find(name);
    return found == entries.end() ? std::string() : found->second;
  };
  Entries entries = unit_entries(root);
  std::string name = value(entries, "User");
  const std::string dynamic = value(entries, "DynamicUser");
  if (name.empty() && (dynamic == "yes" || dynamic == "true" || dynamic == "1")) name = "collector";
  if (entries.empty()) {
    read_entries(root / "etc/init.d/collector", entries);
    name = value(entries, "command_user");
    name = name.substr(0, name.find(':'));
  }
  if (name.empty() || name == "root" || name == "0") return std::nullopt;
  ServiceUser user = user_named(name);
  const std::string tmp = value(entries, "PrivateTmp");
  user.has_own_tmp = tmp == "yes" || tmp == "true" || tmp == "1";
  user.is_handed_secrets = value(entries, "ExecStartPre").find(" secrets") != std::string::npos;
  return user;
}

std::optional<std::string> why_unreadable(const fs::path& file, const ServiceUser& user) {
  if (user.has_own_tmp && (is_below(file, "/tmp") || is_below(file, "/var/tmp")))
    return "is not there for the service, which has a /tmp of its own";
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    // System calls only: other threads may hold the C library's locks.
    const gid_t group = user.groups.front();
    int descriptor = -1;
    if (syscall(SYS_setgroups, user.groups.size(), user.groups.data()) == 0 &&
        syscall(SYS_setresgid, group, group, group) == 0 &&
        syscall(SYS_setresuid, user.user, user.user, user.user) == 0)
      descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    _exit(descriptor >= 0 ? 0 : errno);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  const int error = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  if (error == 0) return std::nullopt;
  return fmt::format("can't be read by the service's user, {}: {}", user.name, std::strerror(error));
}

Environment as_the_service_sees_it(Environment environment, const std::optional<fs::path>& file) {
  std::error_code error;
  if (geteuid() != 0 || !file || !fs::equivalent(*file, service_configuration, error)) return environment;
  const auto user = find_service_user("/");
  if (!user) return environment;
  environment.service_unreadable = [user](const fs::path& named,
                                          bool is_secret) -> std::optional<std::string> {
    if (is_secret && user->is_handed_secrets) return std::nullopt;
    return why_unreadable(named, *user);
  };
  return environment;
}

}  // namespace collector
