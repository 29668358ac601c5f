// YAML settings: anything is either a configuration, which prints to text that reads as the same one, or a
// list of problems with their places.
#include <array>
#include <optional>
#include <string>

#include "config/configuration.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/text.h"

namespace {

using namespace collector;

// One setting of every type, with the limits that there are. No secret: those are masked when printed.
constexpr std::array<std::string_view, 2> words{"red", "green"};
constexpr std::array<std::string_view, 1> automatic{"auto"};
constexpr std::array<Setting, 2> nested{
    Setting{.name = "age", .type = SettingType::duration, .default_text = "7d", .sentence = "For how long."},
    Setting{.name = "size", .type = SettingType::size, .default_text = "256MiB", .sentence = "How much."}};
constexpr std::array<Setting, 12> settings{
    Setting{
        .name = "boolean", .type = SettingType::boolean, .default_text = "false", .sentence = "Yes or no."},
    Setting{.name = "integer",
            .type = SettingType::integer,
            .default_text = "5",
            .sentence = "A number.",
            .minimum = 1,
            .maximum = 100},
    Setting{.name = "text", .type = SettingType::text, .sentence = "Words."},
    Setting{.name = "path", .type = SettingType::path, .default_text = "file", .sentence = "A file."},
    Setting{.name = "choice",
            .type = SettingType::choice,
            .default_text = "red",
            .sentence = "One of them.",
            .choices = words},
    Setting{
        .name = "duration", .type = SettingType::duration, .default_text = "1s", .sentence = "For how long."},
    Setting{.name = "size", .type = SettingType::size, .default_text = "1MiB", .sentence = "How much."},
    Setting{.name = "rate",
            .type = SettingType::rate,
            .default_text = "auto",
            .sentence = "How fast.",
            .choices = automatic},
    Setting{.name = "list", .type = SettingType::list, .default_text = "[a, b]", .sentence = "Names."},
    Setting{.name = "map", .type = SettingType::map, .default_text = "{}", .sentence = "Names of names."},
    Setting{.name = "rates", .type = SettingType::rates, .default_text = "{}", .sentence = "Rates of names."},
    Setting{.name = "table", .type = SettingType::table, .sentence = "More.", .children = nested}};

constexpr std::array<ComponentType, 2> samplers{
    ComponentType{.name = "net", .sentence = "One.", .settings = settings, .default_interval = "1s"},
    ComponentType{.name = "cpu", .sentence = "Another.", .settings = {}, .default_interval = "10s"}};
constexpr std::array<ComponentType, 1> sinks{
    ComponentType{.name = "sqlite", .sentence = "One.", .settings = settings}};
constexpr Catalog catalog{.samplers = samplers, .sinks = sinks};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOME") return "/nonexistent";
    if (name == "NAME") return "a value: with # all { kinds";
    return std::nullopt;
  };
  environment.host_name = "host";
  const auto configuration =
      parse_configuration(test::as_text(data, size), "fuzzed.yaml", catalog, environment);
  if (!configuration) {
    test::expect(!configuration.error().empty(), "a refusal says why");
    for (const Problem& problem : configuration.error()) {
      test::expect(problem.line >= 0 && problem.column >= 0, "a place is one");
      test::expect(!problem.what.empty(), "a problem says what");
    }
    return 0;
  }
  const std::string printed = print_configuration(*configuration, catalog);
  const auto again = parse_configuration(printed, "printed.yaml", catalog, environment);
  test::expect(again.has_value(), "what is printed reads");
  test::expect(print_configuration(*again, catalog) == printed, "what is printed reads as the same");
  return 0;
}
