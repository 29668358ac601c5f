#include "config/environment.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "collector/core/numbers.h"
#include "config/environment_file.h"
#include "config/handed_secrets.h"
#include "config/problems.h"
#include "config/state_directory.h"
#include "config/text_check.h"
#include "config/text_file.h"

namespace collector {
namespace {

constexpr std::string_view file_name = "collector.yaml";
constexpr std::string_view folder_name = "collector";

// The variable as an absolute path; empty when it is not set or relative (the XDG rules say: ignore it).
std::filesystem::path absolute_variable(const Environment& environment, const std::string& name) {
  const auto value = environment.variable(name);
  return value && value->starts_with('/') ? std::filesystem::path(*value) : std::filesystem::path();
}

// A name that leads nowhere counts as there: reading it then says what is wrong with it.
bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(file, error);
  return status.type() != std::filesystem::file_type::not_found;
}

// Group databases are asked through the C library; a number is one itself.
std::optional<std::uint32_t> group_number(const std::string& name) {
  if (const auto number = parse_number<std::uint32_t>(name)) return number;
  std::array<char, 16384> space{};
  struct group entry{};
  struct group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->gr_gid;
}

}  // namespace

Environment process_environment() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
  Environment environment{[](const std::string& variable) -> std::optional<std::string> {
                            const char* value = std::getenv(variable.c_str());
                            if (value == nullptr) return std::nullopt;
                            return value;
                          },
                          name.data()};
  environment.handed = take_handed_secrets(environment);
  environment.group = group_number;
  environment.time_zones = absolute_variable(environment, "TZDIR");
  if (environment.time_zones.empty()) environment.time_zones = "/usr/share/zoneinfo";
  return environment;
}

std::filesystem::path default_state_directory(const Environment& environment) {
  if (auto listed = environment.variable("STATE_DIRECTORY"); listed && listed->starts_with('/'))
    return listed->substr(0, listed->find(':'));
  if (const auto state = absolute_variable(environment, "XDG_STATE_HOME"); !state.empty())
    return state / folder_name;
  if (const auto home = absolute_variable(environment, "HOME"); !home.empty())
    return home / ".local" / "state" / folder_name;
  return std::filesystem::path("/var/lib") / folder_name;
}

std::filesystem::path runtime_directory(const Environment& environment) {
  const auto listed = environment.variable("RUNTIME_DIRECTORY");
  return listed && listed->starts_with('/') ? listed->substr(0, listed->find(':')) : std::string();
}

namespace {

// The file that somebody named: it is the one, there or not.
std::optional<std::filesystem::path> named_file(const std::optional<std::string>& option,
                                                const Environment& environment) {
  if (option) return *option;
  if (const auto named = environment.variable("COLLECTOR_CONFIG"); named && !named->empty()) return *named;
  return std::nullopt;
}

}  // namespace

std::vector<std::filesystem::path> configuration_places(const std::optional<std::string>& option,
                                                        const Environment& environment) {
  if (const auto named = named_file(option, environment)) return {*named};
  std::vector<std::filesystem::path> places;
  auto folder = absolute_variable(environment, "XDG_CONFIG_HOME");
  if (folder.empty())
    if (const auto home = absolute_variable(environment, "HOME"); !home.empty()) folder = home / ".config";
  if (!folder.empty()) places.push_back(folder / folder_name / file_name);
  places.push_back(std::filesystem::path("/etc") / folder_name / file_name);
  return places;
}

std::optional<std::filesystem::path> find_configuration(const std::optional<std::string>& option,
                                                        const Environment& environment) {
  if (auto named = named_file(option, environment)) return named;
  const auto places = configuration_places(option, environment);
  const auto found = std::ranges::find_if(places, is_there);
  return found == places.end() ? std::nullopt : std::optional(*found);
}

namespace {

Checked<Configuration> load(const std::optional<std::filesystem::path>& file, const Catalog& catalog,
                            const Environment& environment, std::vector<std::filesystem::path>& secret_files,
                            bool without_secrets = false) {
  if (!file) return default_configuration(catalog, environment);
  auto text = read_text_file(*file, largest_file);
  if (!text) {
    Problems problems(file->string());
    problems.add({}, "", text.error().what, text.error().remedy);
    return std::unexpected(problems.take());
  }
  return parse_naming_secrets(*text, file->string(), catalog, with_environment_files(environment, file),
                              secret_files, without_secrets);
}

}  // namespace

Checked<Configuration> load_configuration(const std::optional<std::filesystem::path>& file,
                                          const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  return load(file, catalog, environment, secret_files);
}

Checked<Configuration> load_without_secrets(const std::optional<std::filesystem::path>& file,
                                            const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  return load(file, catalog, environment, secret_files, true);
}

std::optional<std::filesystem::path> configuration_to_run(const std::optional<std::string>& option,
                                                          const Environment& environment) {
  const auto found = find_configuration(option, environment);
  // A service manager that gives a state directory, root, and whoever names the file mean it.
  if (!found || named_file(option, environment) || *found != configuration_places({}, environment).back() ||
      environment.variable("STATE_DIRECTORY") || ::geteuid() == 0)
    return found;
  const auto state = state_directory_of(found, environment);
  const bool not_theirs = ::access(state.c_str(), W_OK | X_OK) != 0 && (errno == EACCES || errno == ENOENT);
  return not_theirs ? std::nullopt : found;
}

FoundConfiguration find_and_load_configuration(const std::optional<std::string>& option,
                                               const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  const auto file = configuration_to_run(option, environment);
  FoundConfiguration found{load(file, catalog, environment, secret_files),
                           configuration_places(option, environment)};
  if (file)
    for (auto& each : environment_files(file))
      found.files.push_back(std::move(each));
  if (const auto handed = handed_secrets_file(environment)) found.files.push_back(*handed);
  found.files.insert(found.files.end(), secret_files.begin(), secret_files.end());
  return found;
}

}  // namespace collector
