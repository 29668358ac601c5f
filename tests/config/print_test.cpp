#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>

#include "collector/core/units.h"
#include "config/configuration.h"
#include "config/yaml_reader.h"
#include "tests/config/fake_catalog.h"
#include "tests/config/json_validator.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

TreeNode schema_tree() {
  Problems problems("schema");
  const std::string schema = print_schema(fake_catalog());
  auto tree = read_yaml(schema, problems);  // JSON is YAML; this one also finds doubled keys
  for (const Problem& problem : problems.take())
    ADD_FAILURE() << problem.text();
  return tree.value_or(TreeNode{});
}

const TreeNode& at(const TreeNode& node, std::string_view key) {
  static const TreeNode nothing;
  const TreeEntry* entry = node.find(key);
  EXPECT_NE(entry, nullptr) << key;
  return entry != nullptr ? entry->value : nothing;
}

void collect_references(const TreeNode& node, std::vector<std::string>& references) {
  for (const TreeNode& item : node.items)
    collect_references(item, references);
  for (const TreeEntry& entry : node.entries) {
    if (entry.key == "$ref") references.push_back(entry.value.text);
    collect_references(entry.value, references);
  }
}

TEST(PrintDefaults, ParsesToTheBuiltInDefaults) {
  const std::string printed = print_defaults(fake_catalog());
  auto parsed = parse_fake(printed);
  ASSERT_TRUE(parsed) << problems_text(parsed) << printed;
  parsed->file.clear();
  EXPECT_EQ(*parsed, *load_configuration(std::nullopt, fake_catalog(), fake_environment()));
}

TEST(PrintDefaults, NamesEverySettingWithItsSentence) {
  const std::string printed = print_defaults(fake_catalog());
  for (const char* line : {"# host:  # a text, not set\n", "interval: 1s\n", "  max_rate: auto\n",
                           "      exclude: [\"veth*\"]\n", "  # temp:\n", "  # postgres-example:\n",
                           "  #   # url:  # a text, required\n", "      # Older rows go.\n      age: 90d\n",
                           "  #   every: 15m\n"})
    EXPECT_NE(printed.find(line), std::string::npos) << line;
}

// Whoever takes a # away without writing a value is told so, and no words of ours become one.
TEST(PrintDefaults, ALineWithoutAValueIsRefusedOnceItIsASetting) {
  const auto parsed = parse_fake("host:  # a text, not set\n");
  ASSERT_FALSE(parsed);
  EXPECT_NE(problems_text(parsed).find(":1:1: host: has no value; give a text, or remove the line"),
            std::string::npos)
      << problems_text(parsed);
}

TEST(PrintReference, HasARowForEverySetting) {
  const std::string printed = print_reference(fake_catalog());
  for (const char* row :
       {"| `interval` | a duration such as 30s | `1s` | ", "| `spike_filter.max_rate` |",
        "### samplers: temp", "Off by default.",
        "| `interfaces.exclude` | a list such as [a, b] | `[\"veth*\"]` | None of these. |",
        "| `timeout` | a duration such as 30s | `5s` | Patience with a mount. 1s to 1m. |",
        "### sinks: postgres", "| `url` | a text | required | The database. |",
        "| `password` | a secret text |  | Its password. |",
        "| `proxy.port` | a whole number | `3128` | Its port. 1 to 65535. |", "&lt;field>_total"})
    EXPECT_NE(printed.find(row), std::string::npos) << row;
}

TEST(PrintSchema, IsStrictJson) {
  EXPECT_TRUE(is_json(print_schema(fake_catalog())));
  for (const char* bad : {"{", "{\"a\":}", "[1,]", "{a: 1}", "\"\\x\"", "01", "{} {}"})
    EXPECT_FALSE(is_json(bad)) << bad;
}

TEST(PrintSchema, KnowsEverySettingAndNothingElse) {
  const TreeNode schema = schema_tree();
  const TreeNode& properties = at(schema, "properties");
  for (const Setting& row : top_level_settings())
    EXPECT_NE(properties.find(row.name), nullptr) << row.name;
  EXPECT_EQ(properties.entries.size(), top_level_settings().size() + 3);  // samplers, sinks, plans
  const TreeNode& net = at(at(at(schema, "$defs"), "sampler_net"), "properties");
  EXPECT_EQ(net.entries.size(), 6u);  // interval and its own
  EXPECT_EQ(at(at(net, "interval"), "default").text, "1s");
  const TreeNode& postgres = at(at(schema, "$defs"), "sink_postgres");
  EXPECT_EQ(at(postgres, "additionalProperties").text, "false");
  EXPECT_EQ(at(at(at(postgres, "properties"), "type"), "const").text, "postgres");
  EXPECT_EQ(at(at(at(postgres, "properties"), "every"), "default").text, "15m");
  ASSERT_EQ(at(postgres, "required").items.size(), 2u);
  EXPECT_EQ(at(postgres, "required").items[1].text, "url");
}

TEST(PrintSchema, EveryReferenceLeadsSomewhere) {
  const TreeNode schema = schema_tree();
  std::vector<std::string> references;
  collect_references(schema, references);
  EXPECT_GT(references.size(), 20u);
  for (const std::string& reference : references) {
    ASSERT_TRUE(reference.starts_with("#/$defs/")) << reference;
    EXPECT_NE(at(schema, "$defs").find(reference.substr(8)), nullptr) << reference;
  }
}

// The patterns are written by hand: they accept what the parsers accept, except for order and overflow.
TEST(PrintSchema, PatternsAgreeWithTheParsers) {
  const TreeNode schema = schema_tree();
  const auto pattern = [&](std::string_view name) {
    return std::regex(at(at(at(schema, "$defs"), name), "anyOf").items.at(0).find("pattern")->value.text);
  };
  const std::regex duration = pattern("duration"), size = pattern("size"), rate = pattern("rate");
  std::mt19937_64 random(3);
  constexpr std::string_view pieces[] = {"0", "1",  "30",  ".5",    "s",      "ms", "h", "m",
                                         "B", "kB", "MiB", "bit/s", "Gbit/s", "/s", " ", "K"};
  int accepted = 0;
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (std::size_t part = 1 + random() % 4; part > 0; --part)
      text += pieces[random() % std::size(pieces)];
    if (parse_duration(text)) {
      EXPECT_TRUE(std::regex_match(text, duration)) << text;
    }
    EXPECT_EQ(std::regex_match(text, rate), parse_rate(text).has_value()) << text;
    const auto bytes = parse_size(text);
    EXPECT_EQ(std::regex_match(text, size), bytes || bytes.error().what.ends_with("whole number of bytes"))
        << text;
    accepted += bytes ? 1 : 0;
  }
  EXPECT_GT(accepted, 20);
  for (const char* bad : {"30", "010s", "1 h", "-5s", "5q", "1h30"})
    EXPECT_FALSE(std::regex_match(bad, duration)) << bad;
}

}  // namespace
}  // namespace collector::test
