#include "collector/history/machine_zone.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace collector::history {
namespace {

constexpr const char* localtime_file = "/etc/localtime";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

std::optional<std::string> linked_zone_name() {
  constexpr std::string_view folder = "zoneinfo/";
  std::error_code error;
  const std::string target = std::filesystem::read_symlink(localtime_file, error).native();
  const auto at = target.rfind(folder);
  if (error || at == std::string::npos) return std::nullopt;
  return target.substr(at + folder.size());
}

std::optional<std::string> copied_zone_name(const std::filesystem::path& database) {
  const std::string rules = content_of(localtime_file);
  std::error_code error;
  const auto is_it = [&](const std::string& name) {
    return !name.empty() && name.find("..") == std::string::npos && name.front() != '/' &&
           std::filesystem::file_size(database / name, error) == rules.size() && !error &&
           content_of(database / name) == rules;
  };
  if (rules.empty()) return std::nullopt;
  std::string name;
  if (std::ifstream("/etc/timezone") >> name && is_it(name)) return name;
  // Country codes, place, name, remark.
  std::ifstream table(database / "zone1970.tab");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string countries, place;
    if (line.starts_with('#') || !(words >> countries >> place >> name)) continue;
    if (is_it(name)) return name;
  }
  return is_it("Etc/UTC") ? std::optional<std::string>("Etc/UTC") : std::nullopt;
}

std::string machine_zone_sign() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
  const char* variable = std::getenv("TZ");
  std::string sign = variable == nullptr ? "" : variable;
  struct stat file{};
  std::error_code error;
  (sign += '\n') += std::filesystem::read_symlink(localtime_file, error).native();
  if (stat(localtime_file, &file) == 0)
    sign += fmt::format("\n{} {} {} {}", file.st_dev, file.st_ino, file.st_mtim.tv_sec, file.st_mtim.tv_nsec);
  return sign;
}

}  // namespace collector::history
