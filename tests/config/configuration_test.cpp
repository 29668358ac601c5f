#include "config/configuration.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "config/text_check.h"
#include "tests/config/fake_catalog.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

Checked<Configuration> load_fake(const std::filesystem::path& file,
                                 std::map<std::string, std::string> variables = {}) {
  return load_configuration(file, fake_catalog(), fake_environment(std::move(variables)));
}

TEST(Configuration, NoFileGivesTheBuiltInDefaults) {
  const auto configuration = load_configuration(std::nullopt, fake_catalog(), fake_environment());
  ASSERT_TRUE(configuration) << problems_text(configuration);
  EXPECT_EQ(configuration->file, "");
  EXPECT_EQ(configuration->host, "box");
  EXPECT_EQ(configuration->state, "/home/ann/.local/state/collector");
  EXPECT_EQ(configuration->interval, Duration(1s));
  EXPECT_EQ(configuration->window, Duration(30s));
  EXPECT_EQ(configuration->flush, Duration(30s));
  ASSERT_EQ(configuration->samplers.size(), 3u);  // temp is not in the default set
  EXPECT_EQ(configuration->samplers[2].name, "disk");
  EXPECT_EQ(configuration->samplers[2].interval, Duration(1min));
  ASSERT_EQ(configuration->sinks.size(), 1u);
  EXPECT_EQ(configuration->sinks[0].name, "local");
  EXPECT_EQ(configuration->sinks[0].type, "sqlite");
  EXPECT_EQ(configuration->sinks[0].settings.text("path"), "collector.db");
  EXPECT_EQ(configuration->sinks[0].settings.table("keep").duration("age"), Duration(90 * 24h));
  EXPECT_EQ(configuration->sinks[0].common.list("statistics"), (std::vector<std::string>{"max", "peak"}));
}

TEST(Configuration, AnEmptyTableIsTheDefaultsToo) {
  auto from_file = parse_fake("{}");
  ASSERT_TRUE(from_file) << problems_text(from_file);
  from_file->file.clear();
  EXPECT_EQ(*from_file, *load_configuration(std::nullopt, fake_catalog(), fake_environment()));
}

TEST(Configuration, FilesThatCanNotBeRead) {
  const TemporaryDirectory directory;
  const std::string folder = directory.path().string();
  EXPECT_EQ(problems_text(load_fake(directory / "none.yaml")),
            folder + "/none.yaml: does not exist; check the name\n");
  EXPECT_EQ(problems_text(load_fake(directory.path())), folder + ": is a directory; name the file in it\n");
  std::filesystem::create_symlink("loop.yaml", directory / "loop.yaml");
  EXPECT_EQ(
      problems_text(load_fake(directory / "loop.yaml")),
      folder + "/loop.yaml: can't be read: Too many levels of symbolic links; check the name and the file\n");
  write_file(directory / "large.yaml", std::string(largest_file + 1, '#'));
  EXPECT_EQ(problems_text(load_fake(directory / "large.yaml")),
            folder + "/large.yaml: is larger than 256 KiB; name the right file\n");
}

TEST(Configuration, SecretFilesAreReadBesideTheFileAndRecorded) {
  const TemporaryDirectory directory;
  write_file(directory / "token", "geheim\r\n");
  write_file(directory / "spaces", "a b\n");
  write_file(directory / "binary", std::string("a\0b", 3));
  write_file(directory / "c.yaml",
             "sinks: {cloud: {type: postgres, url: \"${file:sub/../token}\", password: \"${file:spaces}\"}}");
  const auto configuration = load_fake(directory / "c.yaml");
  ASSERT_TRUE(configuration) << problems_text(configuration);
  EXPECT_EQ(configuration->sinks[0].settings.text("url"), "geheim");
  EXPECT_EQ(configuration->sinks[0].settings.text("password"), "a b");
  EXPECT_EQ(configuration->secret_files,
            (std::vector{directory.path() / "spaces", directory.path() / "token"}));
  EXPECT_EQ(configuration->secret_paths,
            (std::vector<std::string>{"sinks.cloud.password", "sinks.cloud.url"}));

  write_file(directory / "c.yaml", "host: ${file:binary}");
  EXPECT_EQ(problems_text(load_fake(directory / "c.yaml")),
            (directory / "c.yaml").string() + ":1:7: host: the secret file " +
                (directory / "binary").string() + " holds a NUL byte; put the secret's text in it\n");
}

// What `echo` leaves behind the text goes, from files and variables alike; what would end a header or a line
// where it is put is refused, and an empty secret by its name.
TEST(Configuration, OneLineEndBehindASecretIsNotPartOfIt) {
  const TemporaryDirectory directory;
  const auto password = [&](const std::string& bytes, bool from_file) {
    write_file(directory / "secret", bytes);
    const std::string value = from_file ? "${file:secret}" : "${SECRET}";
    write_file(directory / "c.yaml", "sinks: {p: {type: postgres, url: x, password: '" + value + "'}}");
    const auto loaded = load_fake(directory / "c.yaml", {{"SECRET", bytes}});
    return loaded ? "password " + loaded->sinks[0].settings.text("password") : problems_text(loaded);
  };
  for (const bool from_file : {true, false}) {
    for (const char* bytes : {"geheim", "geheim\n", "geheim\r\n"})
      EXPECT_EQ(password(bytes, from_file), "password geheim");
    for (const char* bytes : {"geheim\n\n", "one\ntwo", "one\rtwo\n"}) {
      const std::string said = password(bytes, from_file);
      EXPECT_NE(said.find(":1:47: sinks.p.password: holds more than one line; put the text alone there"),
                std::string::npos)
          << said;
      EXPECT_EQ(said.find("geheim"), std::string::npos) << said;
    }
    EXPECT_NE(password("a\tb", from_file).find("holds a control character (0x09)"), std::string::npos);
    for (const char* bytes : {"", "\n"}) {
      const std::string said = password(bytes, from_file);
      EXPECT_NE(said.find(from_file ? "secret is empty; put the secret's text in it"
                                    : "the environment variable SECRET is empty; give it a value"),
                std::string::npos)
          << said;
    }
  }
  EXPECT_NE(password("a\xff", false).find("the environment variable SECRET is not UTF-8"), std::string::npos);
}

TEST(Configuration, ABlocksLastLineEndIsNotPartOfItsText) {
  const auto loaded = parse_fake("host: |\n  attic\n");
  ASSERT_TRUE(loaded) << problems_text(loaded);
  EXPECT_EQ(loaded->host, "attic");
}

// Where the collector will run as another user than the one who checks.
TEST(Configuration, FilesThatTheServiceCanNotRead) {
  const TemporaryDirectory directory;
  write_file(directory / "ca.pem", "-----BEGIN CERTIFICATE-----");
  write_file(directory / "c.yaml", "sinks: {p: {type: postgres, url: x, proxy: {url: \"" +
                                       (directory / "ca.pem").string() + "\"}}}");
  Environment environment = fake_environment();
  EXPECT_TRUE(load_configuration(directory / "c.yaml", fake_catalog(), environment));
  environment.service_unreadable = [](const std::filesystem::path& file, bool) -> std::optional<std::string> {
    if (file.extension() == ".pem") return "can't be read by the service's user, collector";
    return std::nullopt;
  };
  EXPECT_EQ(
      problems_text(load_configuration(directory / "c.yaml", fake_catalog(), environment)),
      (directory / "c.yaml").string() + ":1:50: sinks.p.proxy.url: " + (directory / "ca.pem").string() +
          " can't be read by the service's user, collector; let that user read it and its folders, or name "
          "another file\n");
}

TEST(Configuration, WhereTheStateDirectoryIs) {
  const auto state = [](std::string_view yaml, std::map<std::string, std::string> variables) {
    const auto configuration = parse_fake(yaml, std::move(variables));
    return configuration ? configuration->state.string() : problems_text(configuration);
  };
  EXPECT_EQ(state("state: /data/", {{"STATE_DIRECTORY", "/var/lib/a"}}), "/data");
  EXPECT_EQ(state("{}", {{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}, {"XDG_STATE_HOME", "/x"}}),
            "/var/lib/a");
  EXPECT_EQ(state("{}", {{"XDG_STATE_HOME", "/x"}}), "/x/collector");
  EXPECT_EQ(state("{}", {{"XDG_STATE_HOME", "relative"}}), "/home/ann/.local/state/collector");
  EXPECT_EQ(state("{}", {{"HOME", ""}}), "/var/lib/collector");
}

TEST(Configuration, WhichFileIsUsed) {
  const TemporaryDirectory directory;
  const auto environment = fake_environment({{"XDG_CONFIG_HOME", directory.path().string()}});
  const auto file = directory / "collector/collector.yaml";
  EXPECT_EQ(find_configuration("/x/y.yaml", environment), "/x/y.yaml");
  write_file(file, "{}");
  EXPECT_EQ(find_configuration(std::nullopt, environment), file);
  EXPECT_EQ(find_configuration(std::nullopt, fake_environment({{"COLLECTOR_CONFIG", "/other.yaml"}})),
            "/other.yaml");
  const auto at_home = directory / ".config/collector/collector.yaml";
  write_file(at_home, "{}");
  EXPECT_EQ(find_configuration(std::nullopt, fake_environment({{"HOME", directory.path().string()}})),
            at_home);
  // A name that leads nowhere is an error to report, not a reason to run with defaults.
  std::filesystem::remove(file);
  std::filesystem::create_symlink("gone", file);
  EXPECT_EQ(find_configuration(std::nullopt, environment), file);
}

TEST(Configuration, WhatIsPrintedParsesToTheSame) {
  const auto yaml = read_file(source_directory() / "tests/config/cases/full.yaml");
  auto first = parse_fake(yaml, {{"DATABASE_URL", "postgres://db.example/metrics"}});
  ASSERT_TRUE(first) << problems_text(first);
  const std::string printed = print_configuration(*first, fake_catalog());
  const auto second = parse_fake(printed);
  ASSERT_TRUE(second) << problems_text(second) << printed;
  EXPECT_EQ(second->sinks[1].settings.text("password"), "***");
  first->sinks[1].settings.set("password", std::string("***"));
  EXPECT_EQ(*first, *second);
}

TEST(Configuration, AwkwardTextsSurvivePrinting) {
  for (const std::string text :
       {"off",   "No", "null",        "~",      "010", "a: b", "a #b", "*x", "${HOME}", "$$",
        "\"q\"", "'",  "back\\slash", "ümlaut", "- a", "{a}",  "[",    "%",  "-",       "y"}) {
    auto first = parse_fake("host: ${TEXT}", {{"TEXT", text}});
    ASSERT_TRUE(first) << problems_text(first);
    EXPECT_EQ(first->host, text);
    const auto second = parse_fake(print_configuration(*first, fake_catalog()));
    ASSERT_TRUE(second) << problems_text(second);
    EXPECT_EQ(*first, *second);
  }
}

TEST(Configuration, ATableWithARequiredRowIsAbsentUnlessGiven) {
  const auto without = parse_fake("sinks: {a: {type: postgres, url: x}}");
  ASSERT_TRUE(without) << problems_text(without);
  EXPECT_FALSE(without->sinks[0].settings.has("proxy"));
  const auto with = parse_fake("sinks: {a: {type: postgres, url: x, proxy: {url: p}}}");
  ASSERT_TRUE(with) << problems_text(with);
  EXPECT_EQ(with->sinks[0].settings.table("proxy").integer("port"), 3128);
}

TEST(Configuration, ASinkTypeMayReplaceACommonRow) {
  const auto configuration = parse_fake("sinks: {a: {type: postgres, url: x}, b: {type: sqlite, every: 5m}}");
  ASSERT_TRUE(configuration) << problems_text(configuration);
  EXPECT_EQ(configuration->sinks[0].common.duration("every"), Duration(15min));
  EXPECT_EQ(configuration->sinks[0].settings.values().count("every"), 0u);
  EXPECT_EQ(configuration->sinks[1].common.duration("every"), Duration(5min));
}

// Damaged configurations: cut, doubled and overwritten at random places, with a fixed seed.
TEST(Configuration, AnyBytesAreReadOrRefused) {
  std::mt19937_64 random(99);
  const std::string good = read_file(source_directory() / "tests/config/cases/full.yaml");
  constexpr std::string_view alphabet = "{}[]:,-?#&*!|>'\"%@` \n\t\r\\$~<0aé\x80";
  for (int i = 0; i < 1'500; ++i) {
    std::string text = good.substr(0, random() % good.size());
    for (std::size_t change = random() % 6; change > 0 && !text.empty(); --change) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0) {
        text[at] = alphabet[random() % alphabet.size()];
      } else {
        text.insert(at, text.substr(random() % text.size(), random() % 40));
      }
    }
    const auto result = parse_fake(text);
    EXPECT_TRUE(result || !result.error().empty());
  }
}

// What would overflow a stack, fill the memory or loop for ever in a trusting reader.
TEST(Configuration, HostileTextsAreRefusedQuickly) {
  for (const std::string_view part :
       {"[", "{", "- ", "? ", "{a: ", "[[a, ", "{a: 1},", "---\n", "\"", "&a [", "a: &a "}) {
    std::string text;
    while (text.size() < 100'000)
      text += part;
    EXPECT_FALSE(parse_fake(text)) << part;
  }
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 2'000; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_EQ(problems_text(parse_fake(chain)), "c.yaml:31:12: nested more than 32 deep; write it flatter\n");
}

}  // namespace
}  // namespace collector::test
