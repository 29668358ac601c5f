#include "config/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>

#include "config/problems.h"
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

}  // namespace

Environment process_environment() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
  return {[](const std::string& variable) -> std::optional<std::string> {
            const char* value = std::getenv(variable.c_str());
            if (value == nullptr) return std::nullopt;
            return value;
          },
          name.data()};
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
                            const Environment& environment,
                            std::vector<std::filesystem::path>& secret_files) {
  if (!file) return default_configuration(catalog, environment);
  auto text = read_text_file(*file, largest_file);
  if (!text) {
    Problems problems(file->string());
    problems.add({}, "", text.error().what, text.error().remedy);
    return std::unexpected(problems.take());
  }
  return parse_naming_secrets(*text, file->string(), catalog, environment, secret_files);
}

}  // namespace

Checked<Configuration> load_configuration(const std::optional<std::filesystem::path>& file,
                                          const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  return load(file, catalog, environment, secret_files);
}

FoundConfiguration find_and_load_configuration(const std::optional<std::string>& option,
                                               const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  FoundConfiguration found{load(find_configuration(option, environment), catalog, environment, secret_files),
                           configuration_places(option, environment)};
  found.files.insert(found.files.end(), secret_files.begin(), secret_files.end());
  return found;
}

}  // namespace collector
