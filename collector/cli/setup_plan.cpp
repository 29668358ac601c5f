#include "collector/cli/setup_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "collector/cli/setup_words.h"
#include "collector/core/scanner.h"

namespace collector {
namespace {

constexpr std::string_view head = R"(# {}; change it as you like, `collector check` finds mistakes.
# Every setting is explained by `man collector.yaml` and `collector config --reference`.

)";

// A value in quotes; a reference to a secret as it is.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
    if (c == '$' && !is_reference(text)) out += '$';
  }
  return out + "\"";
}

// For systemd's environment files: in single quotes nothing is special, and in double ones these are.
std::string environment_line(const std::string& name, const std::string& value) {
  if (value.find('\'') == std::string::npos) return fmt::format("{}='{}'", name, value);
  std::string out;
  for (const char c : value) {
    if (std::string_view("\"\\$`").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return fmt::format("{}=\"{}\"", name, out);
}

// The file with the lines of these variables replaced or added; what else is in it stays.
std::string merged_environment(std::string present,
                               const std::vector<std::pair<std::string, std::string>>& secrets) {
  if (!present.empty() && !present.ends_with('\n')) present += '\n';
  if (present.empty()) present = fmt::format("# {}\n", setup_mark);
  for (const auto& [name, value] : secrets) {
    std::string out;
    for (std::string_view rest = present; !rest.empty();) {
      const auto end = rest.find('\n') + 1;
      if (!rest.starts_with(name + "=")) out += rest.substr(0, end);
      rest.remove_prefix(end);
    }
    present = out + environment_line(name, value) + "\n";
  }
  return present;
}

// Of an environment file that setup wrote: without the variables that the configuration no longer names.
std::string without_unused(std::string_view environment, std::string_view yaml) {
  if (!environment.starts_with("# " + std::string(setup_mark))) return std::string(environment);
  std::string out;
  while (!environment.empty()) {
    const auto end = std::min(environment.find('\n'), environment.size() - 1) + 1;
    const std::string_view line = environment.substr(0, end);
    environment.remove_prefix(end);
    const auto equals = line.find('=');
    const bool used = line.starts_with('#') || equals == std::string_view::npos ||
                      yaml.find(fmt::format("${{{}}}", line.substr(0, equals))) != std::string_view::npos;
    if (used) out += line;
  }
  return out;
}

// What the sinks of a plan become: entries of `sinks:`, and where their secrets lie.
class SinkWriter {
 public:
  explicit SinkWriter(const SetupPlan& plan)
      : system_(plan.starter == Starter::system_service), folder_(plan.file.parent_path()) {
    // The name of a sink is its identity: those that stay keep theirs.
    if (plan.keeps_sinks)
      for (const PresentSink& sink : plan.present.sinks)
        names_.insert(sink.name);
    else
      names_.insert("local");
  }

  void add(const SetupTarget& target) {
    const SetupOffer& offer = *offer_of(target.type);
    const std::string name = free_name(target.type);
    text_ += fmt::format("  # {}\n  {}:\n    type: {}\n", offer.comment, name, target.type);
    for (const SetupQuestion& question : questions_of(offer)) {
      const auto value = target.values.find(question.name);
      if (value == target.values.end() || value->second.empty()) continue;
      const bool hidden = question.secret || (question.name == "url" && holds_secret(value->second));
      text_ += fmt::format("    {}: {}\n", question.name,
                           hidden ? secret(name, value->first, value->second) : quoted(value->second));
    }
    for (std::string_view lines = offer.settings; const auto line = next_line(lines);)
      text_ += fmt::format("    {}\n", *line);
  }

  const std::string& text() const { return text_; }
  const std::vector<SetupFile>& files() const { return files_; }
  const std::vector<std::pair<std::string, std::string>>& variables() const { return variables_; }

 private:
  std::string free_name(const std::string& type) {
    std::string name = type;
    for (int i = 2; !names_.insert(name).second; ++i)
      name = fmt::format("{}{}", type, i);
    return name;
  }

  // The YAML that stands for it.
  std::string secret(const std::string& sink, const std::string& setting, const std::string& value) {
    if (is_reference(value)) return quoted(value);
    if (system_) {
      const std::string variable = environment_variable(sink, setting);
      variables_.emplace_back(variable, value);
      return fmt::format("\"${{{}}}\"", variable);
    }
    const std::string file = sink + "." + setting;
    files_.push_back({folder_ / file, value + "\n", true});
    return fmt::format("\"${{file:{}}}\"", file);
  }

  bool system_;
  std::filesystem::path folder_;
  std::set<std::string> names_;
  std::string text_;
  std::vector<SetupFile> files_;
  std::vector<std::pair<std::string, std::string>> variables_;
};

std::string samplers_text(const SetupPlan& plan) {
  if (plan.keeps_samplers) return plan.present.block("samplers")->text + "\n";
  if (plan.samplers.empty()) return {};
  std::string yaml =
      "# What is measured: `default: off`, then one entry per sampler. Without this table everything is.\n"
      "samplers:\n  default: off\n";
  for (const std::string& sampler : plan.samplers)
    yaml += fmt::format("  {}: on\n", sampler);
  return yaml + "\n";
}

std::string sinks_text(const SetupPlan& plan, const std::string& entries) {
  if (plan.keeps_sinks) return with_entries(*plan.present.block("sinks"), entries);
  return "# Where the rows go. The collector remembers under a sink's name what it has delivered.\n"
         "sinks:\n"
         "  # History on this machine: `sqlite3 collector.db` in the state directory. Rows stay 30 days, "
         "sums\n"
         "  # longer, and traffic by day as long as there is space.\n"
         "  local:\n"
         "    type: sqlite\n"
         "    path: collector.db\n"
         "    keep:\n"
         "      {raw: 30d, 5m: 90d, 1h: 1y, 1d: 5y, size: 2GiB, measurements: {net.1h: 3y, net.1d: "
         "forever}}\n" +
         entries;
}

// What setup does not ask about stays as it is.
std::string other_settings(const SetupPlan& plan) {
  std::string yaml;
  bool has_state = false;
  for (const YamlBlock& block : plan.present.blocks) {
    if (block.key == "samplers" || block.key == "sinks" || (block.key == "web" && !plan.keeps_web)) continue;
    has_state = has_state || block.key == "state";
    yaml += block.text + "\n";
  }
  if (plan.starter == Starter::system_service && !has_state)
    yaml = "# Spool and history; the service owns it.\nstate: /var/lib/collector\n\n" + yaml;
  return yaml;
}

std::string web_text(const SetupPlan& plan) {
  if (plan.keeps_web || plan.web.empty()) return {};
  return fmt::format(
      "# The page, for browsers on this machine: `collector web` opens it.\nweb:\n  listen: \"{}\"\n\n",
      plan.web);
}

constexpr std::array starters{Starter::system_service, Starter::user_service, Starter::cron};

}  // namespace

std::string environment_variable(std::string_view sink, std::string_view setting) {
  std::string name = fmt::format("{}_{}", sink, setting);
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return name;
}

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

Starter starter_named(std::string_view name) {
  const auto found = std::ranges::find(starters, name, [](Starter each) { return name_of(each); });
  return found == starters.end() ? Starter::nobody : *found;
}

std::vector<SetupFile> files_of(const SetupPlan& plan) {
  SinkWriter sinks(plan);
  for (const SetupTarget& target : plan.targets)
    sinks.add(target);
  std::vector<SetupFile> files = sinks.files();
  const std::string yaml = fmt::format(head, setup_mark) + other_settings(plan) + web_text(plan) +
                           samplers_text(plan) + sinks_text(plan, sinks.text());
  if (!sinks.variables().empty())
    files.push_back({plan.file.parent_path() / "environment",
                     merged_environment(without_unused(plan.environment_text, yaml), sinks.variables()),
                     true});
  files.push_back({plan.file, yaml, false});
  return files;
}

}  // namespace collector
