#include "config/environment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "config/text_file.h"

namespace collector {
namespace {

constexpr std::size_t largest_environment_file = 256 * 1024;
constexpr std::string_view system_environment_file = "/etc/collector/environment";
constexpr std::string_view blank = " \t\r";

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// Reads one text from front to back.
class EnvironmentReader {
 public:
  explicit EnvironmentReader(std::string_view text) : text_(text) {}

  Variables read() {
    Variables variables;
    while (at_ < text_.size())
      read_line(variables);
    return variables;
  }

 private:
  bool ended() const { return at_ >= text_.size(); }
  char next() { return text_[at_++]; }

  void skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (!ended()) ++at_;
  }

  void read_line(Variables& variables) {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (ended()) return;
    const std::size_t end = std::min(text_.find_first_of("=\n", at_), text_.size());
    if (text_[at_] == '#' || text_[at_] == ';' || end == text_.size() || text_[end] == '\n')
      return skip_line();
    std::string_view name = text_.substr(at_, end - at_);
    name = name.substr(0, name.find_last_not_of(blank) + 1);
    at_ = end + 1;
    std::string value = read_value();
    if (is_name(name)) variables.insert_or_assign(std::string(name), std::move(value));
  }

  // Up to the end of the line. Blanks around it go, unless they are quoted.
  std::string read_value() {
    at_ = std::min(text_.find_first_not_of(blank, at_), text_.size());
    std::string value;
    std::size_t kept = 0;  // up to here nothing is trimmed
    while (!ended()) {
      const char c = next();
      if (c == '\n') break;
      if (c == '\\') {
        if (ended()) break;
        const char escaped = next();
        if (escaped != '\n') value += escaped;
        kept = value.size();
      } else if (c == '\'' || c == '"') {
        read_quoted(c, value);
        kept = value.size();
      } else {
        value += c;
        if (blank.find(c) == std::string_view::npos) kept = value.size();
      }
    }
    value.resize(kept);
    return value;
  }

  void read_quoted(char quote, std::string& value) {
    while (!ended()) {
      const char c = next();
      if (c == quote) return;
      if (c != '\\' || quote == '\'' || ended()) {
        value += c;
        continue;
      }
      const char escaped = next();
      if (std::string_view("\"\\`$").find(escaped) != std::string_view::npos)
        value += escaped;
      else if (escaped != '\n')
        value += {'\\', escaped};
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_regular_or_unknown(const std::filesystem::path& file) {
  std::error_code error;
  const auto type = std::filesystem::status(file, error).type();
  return type != std::filesystem::file_type::not_found && type != std::filesystem::file_type::directory;
}

}  // namespace

Variables parse_environment_file(std::string_view text) {
  return EnvironmentReader(text).read();
}

std::vector<std::filesystem::path> environment_files(
    const std::optional<std::filesystem::path>& configuration) {
  std::vector<std::filesystem::path> files;
  if (configuration && configuration->has_filename())
    files.push_back(configuration->parent_path() / "environment");
  if (files.empty() || files.front() != system_environment_file) files.emplace_back(system_environment_file);
  return files;
}

Environment with_environment_files(const Environment& environment,
                                   const std::optional<std::filesystem::path>& configuration) {
  Environment all = environment;
  auto variables = std::make_shared<Variables>();
  std::string looked;
  for (const auto& file : environment_files(configuration)) {
    if (!is_regular_or_unknown(file)) continue;
    const auto text = read_text_file(file, largest_environment_file);
    looked += fmt::format("{}{}{}", looked.empty() ? "" : ", ", file.string(),
                          text ? std::string() : " (which " + text.error().what + ")");
    if (text) variables->merge(parse_environment_file(*text));
  }
  const bool service = environment.handed != nullptr;
  if (service)
    for (const auto& [name, value] : environment.handed->variables)
      variables->try_emplace(name, value);
  all.unset_hint = looked.empty() ? std::string() : "; looked for in " + looked + " too";
  all.variable = [own = environment.variable, variables,
                  service](const std::string& name) -> std::optional<std::string> {
    const auto found = variables->find(name);
    if (service && found != variables->end()) return found->second;
    if (auto value = own(name)) return value;
    if (found != variables->end()) return found->second;
    return std::nullopt;
  };
  return all;
}

}  // namespace collector
