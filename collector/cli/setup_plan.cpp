#include "collector/cli/setup_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace collector {
namespace {

constexpr std::string_view head = R"(# {}; change it as you like, `collector check` finds mistakes.
# Every setting is explained by `man collector.yaml` and `collector config --reference`.

)";

// Where the password stands in scheme://user:password@host…, or password=… in a list of words.
struct Span {
  std::size_t start = std::string::npos;
  std::size_t length = 0;
};

Span password_in(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) {
    const auto word = url.find("password=");
    if (word == std::string::npos) return {};
    const auto start = word + std::string_view("password=").size();
    return {start, std::min(url.find(' ', start), url.size()) - start};
  }
  const auto authority = scheme + 3;
  const auto end = std::min(url.find_first_of("/?", authority), url.size());
  const auto at = url.rfind('@', end);
  const auto colon = url.find(':', authority);
  if (at == std::string::npos || at < authority || colon == std::string::npos || colon > at) return {};
  return {colon + 1, at - colon - 1};
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
    if (c == '$') out += '$';
  }
  return out + "\"";
}

// "postgres", then "postgres2": the name of a sink is its identity.
std::string sink_name(const std::string& type, std::map<std::string, int>& used) {
  const int number = ++used[type];
  return number == 1 ? type : fmt::format("{}{}", type, number);
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return text;
}

std::string sink_text(const SetupTarget& target, const std::string& name, const std::string& url) {
  if (target.type == "json")
    return fmt::format(
        "  # One object a line, in a file a day; read them with zstdcat.\n"
        "  {}: {{type: json, directory: json, rotate: 1d, keep: {{age: 365d}}}}\n",
        name);
  if (target.type == "postgres")
    return fmt::format(
        "  # Four times an hour, so that a database in the cloud can sleep in between.\n"
        "  {}:\n    type: postgres\n    url: {}\n    every: 15m\n",
        name, url);
  return fmt::format(
      "  # As windows close, under Telegraf's names. The database must exist.\n"
      "  {}:\n    type: influx\n    url: {}\n    database: telegraf\n",
      name, url);
}

}  // namespace

std::string_view name_of(Starter starter) {
  switch (starter) {
    case Starter::system_service:
      return "system";
    case Starter::user_service:
      return "user";
    case Starter::cron:
      return "cron";
    case Starter::nobody:
      return "none";
  }
  return "";
}

bool has_password(const std::string& url) {
  return password_in(url).length > 0;
}

std::string url_without_password(const std::string& url) {
  const Span password = password_in(url);
  if (password.length == 0) return url;
  return url.substr(0, password.start) + "***" + url.substr(password.start + password.length);
}

std::vector<SetupFile> files_of(const SetupPlan& plan) {
  const bool system = plan.starter == Starter::system_service;
  const std::filesystem::path folder = plan.file.parent_path();
  std::vector<SetupFile> files;
  std::string environment;
  std::string yaml = fmt::format(head, setup_mark);
  if (system) yaml += "# Spool and history; the service owns it.\nstate: /var/lib/collector\n\n";
  if (!plan.samplers.empty()) {
    yaml +=
        "# What is measured; `default: off` and an entry for each. Without this table it is everything.\n";
    yaml += "samplers:\n  default: off\n";
    for (const std::string& sampler : plan.samplers)
      yaml += fmt::format("  {}: on\n", sampler);
    yaml += "\n";
  }
  yaml +=
      "# Where rows go. A sink's name is its identity: what was delivered is remembered under it.\nsinks:\n";
  yaml += "  # History on this machine: `sqlite3 collector.db` in the state directory.\n";
  yaml += "  local: {type: sqlite, path: collector.db, keep: {size: 2GiB}}\n";
  std::map<std::string, int> used;
  for (const SetupTarget& target : plan.targets) {
    const std::string name = sink_name(target.type, used);
    std::string url = quoted(target.url);
    if (has_password(target.url) && system) {
      const std::string variable = upper(name) + "_URL";
      environment += fmt::format("{}='{}'\n", variable, target.url);
      url = fmt::format("\"${{{}}}\"", variable);
    } else if (has_password(target.url)) {
      const std::string file = name + ".url";
      files.push_back({folder / file, target.url + "\n", true});
      url = fmt::format("\"${{file:{}}}\"", file);
    }
    yaml += sink_text(target, name, url);
  }
  if (!environment.empty())
    files.push_back({folder / "environment", fmt::format("# {}\n{}", setup_mark, environment), true});
  files.push_back({plan.file, std::move(yaml), false});
  return files;
}

}  // namespace collector
