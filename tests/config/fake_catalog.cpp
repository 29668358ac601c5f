#include "tests/config/fake_catalog.h"

#include <array>

#include "config/check.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

constexpr std::array<std::string_view, 2> compressions = {"none", "zstd"};
constexpr std::array<std::string_view, 1> rate_words = {"auto"};

constexpr std::array<Setting, 2> interfaces = {{
    {.name = "include", .type = SettingType::list, .default_text = "[]", .sentence = "Only these."},
    {.name = "exclude",
     .type = SettingType::list,
     .default_text = "[\"veth*\"]",
     .sentence = "None of these."},
}};
constexpr std::array<Setting, 3> net = {{
    {.name = "interfaces",
     .type = SettingType::table,
     .sentence = "Which interfaces.",
     .children = interfaces},
    {.name = "max_rate",
     .type = SettingType::rates,
     .default_text = "{}",
     .sentence = "Limits by interface."},
    {.name = "limit",
     .type = SettingType::rate,
     .default_text = "auto",
     .sentence = "Limit.",
     .choices = rate_words},
}};
constexpr std::array<Setting, 1> cpu = {{
    {.name = "per_core", .type = SettingType::boolean, .default_text = "false", .sentence = "Each core too."},
}};
constexpr std::array<Setting, 1> disk = {{
    {.name = "timeout",
     .type = SettingType::duration,
     .default_text = "5s",
     .sentence = "Patience with a mount.",
     .minimum = 1'000'000'000,
     .maximum = 60'000'000'000},
}};
const std::array<std::string, 3> net_fields = {"bytes_recv", "bytes_sent", "speed"};
const std::array<ComponentType, 4> samplers = {{
    {.name = "net",
     .sentence = "Interfaces.",
     .settings = net,
     .default_interval = "1s",
     .size_fields = net_fields},
    {.name = "cpu", .sentence = "Processors.", .settings = cpu, .default_interval = "1s"},
    {.name = "disk", .sentence = "Filesystems.", .settings = disk, .default_interval = "1m"},
    {.name = "temp", .sentence = "Sensors.", .default_interval = "30s", .on_by_default = false},
}};

constexpr std::array<Setting, 2> keep = {{
    {.name = "age", .type = SettingType::duration, .default_text = "90d", .sentence = "Older rows go."},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "2GiB",
     .sentence = "Beyond it the oldest go."},
}};
constexpr std::array<Setting, 2> sqlite = {{
    {.name = "path", .type = SettingType::path, .default_text = "collector.db", .sentence = "The file."},
    {.name = "keep", .type = SettingType::table, .sentence = "Retention.", .children = keep},
}};
constexpr std::array<Setting, 2> proxy = {{
    {.name = "url", .type = SettingType::text, .sentence = "Where it is.", .required = true},
    {.name = "port",
     .type = SettingType::integer,
     .default_text = "3128",
     .sentence = "Its port.",
     .minimum = 1,
     .maximum = 65535},
}};
constexpr std::array<Setting, 5> postgres = {{
    {.name = "url", .type = SettingType::text, .sentence = "The database.", .required = true},
    {.name = "password", .type = SettingType::secret, .sentence = "Its password."},
    {.name = "headers", .type = SettingType::map, .default_text = "{}", .sentence = "Sent along."},
    {.name = "proxy", .type = SettingType::table, .sentence = "On the way.", .children = proxy},
    {.name = "every",
     .type = SettingType::duration,
     .default_text = "15m",
     .sentence = "How often to sync.",
     .minimum = 0},
}};
constexpr std::array<Setting, 2> json = {{
    {.name = "path", .type = SettingType::path, .sentence = "The folder, or -.", .required = true},
    {.name = "compress",
     .type = SettingType::choice,
     .default_text = "zstd",
     .sentence = "Closed files.",
     .choices = compressions},
}};

std::string target_of_path(const Settings& settings, const std::filesystem::path& state) {
  return (state / settings.text("path")).lexically_normal().string();
}

// A sink that minds what is not in its rows: a URL that says "wrong", a password without a URL's user, and a
// file that has to be there.
std::vector<SettingMistake> mistakes_of_postgres(const Settings& settings, const CheckContext& context) {
  std::vector<SettingMistake> mistakes;
  if (settings.has("url") && settings.text("url").find("wrong") != std::string::npos)
    mistakes.push_back({"url", "is wrong (" + settings.text("url") + ")", "mend it", {}});
  if (settings.has("password") && settings.text("password").empty())
    mistakes.push_back({"", "has no password", "add password:", {"password"}});
  if (settings.has("proxy") && settings.table("proxy").text("url").starts_with('/')) {
    const std::filesystem::path file = settings.table("proxy").text("url");
    if (const auto text = context.read(file, 1000); !text)
      mistakes.push_back({"proxy.url", file.string() + " " + text.error().what, text.error().remedy, {}});
  }
  return mistakes;
}

constexpr std::array<ComponentType, 3> sinks = {{
    {.name = "sqlite", .sentence = "A local database.", .settings = sqlite, .target = target_of_path},
    {.name = "postgres",
     .sentence = "A remote database.",
     .settings = postgres,
     .check = mistakes_of_postgres},
    {.name = "json", .sentence = "Files of lines.", .settings = json, .target = target_of_path},
}};

const std::array<std::string, 2> reserved = {"interface", "bytes_recv"};

}  // namespace

const Catalog& fake_catalog() {
  // Somebody may sign in where the state directory says so.
  static const Catalog catalog{samplers, sinks, reserved, {}, [](const std::filesystem::path& state) {
                                 return state == "/unknown" ? std::nullopt
                                                            : std::optional(state == "/with-users");
                               }};
  return catalog;
}

Environment fake_environment(std::map<std::string, std::string> variables) {
  variables.try_emplace("HOME", "/home/ann");
  Environment environment{
      [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      "box"};
  environment.time_zones = source_directory() / "tests" / "config" / "time_zones";
  return environment;
}

std::string problems_text(const Checked<Configuration>& checked) {
  std::string text;
  if (!checked)
    for (const Problem& problem : checked.error())
      text += problem.text() + "\n";
  return text;
}

Checked<Configuration> parse_fake(std::string_view yaml, std::map<std::string, std::string> variables) {
  return parse_configuration(yaml, "c.yaml", fake_catalog(), fake_environment(std::move(variables)));
}

}  // namespace collector::test
