// The files that packages install say what this program does.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>
#include <utility>

#include "collector/app/catalog.h"
#include "collector/cli/command_line.h"
#include "collector/cli/document_command.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/manual.h"
#include "collector/cli/options.h"
#include "config/configuration.h"
#include "tests/support/files.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using test::Finished;
using test::run_process;
using test::TemporaryDirectory;

const Environment environment{[](const std::string&) { return std::nullopt; }, "test"};

std::string text_of(const std::string& name) {
  return document(name).value_or("");
}

Checked<Configuration> parse(const std::string& yaml) {
  return parse_configuration(yaml, "collector.yaml", catalog(), environment);
}

TEST(Documents, ThereIsNoOther) {
  EXPECT_EQ(document("x"), std::nullopt);
  EXPECT_EQ(document_names().size(), 5U);
}

TEST(SystemConfiguration, IsTheDefaultsWithAStateDirectory) {
  const auto written = parse(text_of("collector.yaml"));
  ASSERT_TRUE(written) << written.error().front().text();
  EXPECT_EQ(written->state, "/var/lib/collector");
  const auto built_in = load_configuration(std::nullopt, catalog(), environment);
  ASSERT_TRUE(built_in);
  EXPECT_EQ(written->samplers, built_in->samplers);
  EXPECT_EQ(written->sinks, built_in->sinks);
}

// The file with the # of those settings taken away for which `chosen` says so, by their number; how many
// there are. As its head tells: a # with something right behind it.
std::pair<std::string, int> uncommented(const std::function<bool(int)>& chosen) {
  std::string out;
  int settings = 0;
  std::istringstream lines(text_of("collector.yaml"));
  for (std::string line; std::getline(lines, line);) {
    const auto mark = line.find_first_not_of(' ');
    if (mark != std::string::npos && line[mark] == '#' && mark + 1 < line.size() && line[mark + 1] != ' ')
      if (chosen(settings++)) line.erase(mark, 1);
    out += line + "\n";
  }
  return {out, settings};
}

TEST(SystemConfiguration, AnyOneSettingCanBeUncommented) {
  const int settings = uncommented([](int) { return false; }).second;
  EXPECT_GT(settings, 40);
  for (int i = 0; i < settings; ++i) {
    const auto text = uncommented([&](int number) { return number == i; }).first;
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed) << parsed.error().front().text();
  }
  const auto all = parse(uncommented([](int) { return true; }).first);
  ASSERT_TRUE(all) << all.error().front().text();
  const auto written = parse(text_of("collector.yaml"));
  for (const SamplerConfiguration& sampler : written->samplers)
    EXPECT_NE(std::ranges::find(all->samplers, sampler), all->samplers.end())
        << "the values are the defaults";
  EXPECT_EQ(all->sinks.front(), written->sinks.front());
  EXPECT_EQ(all->window, written->window);
}

// Nobody takes a sentence for a setting.
TEST(SystemConfiguration, ItsSentencesAreNone) {
  std::istringstream lines(text_of("collector.yaml"));
  for (std::string line; std::getline(lines, line);) {
    const auto mark = line.find("# ");
    if (mark == std::string::npos || line.find_first_not_of(' ') != mark) continue;
    const std::string word = line.substr(mark + 2, line.find(' ', mark + 2) - mark - 2);
    EXPECT_FALSE(word.ends_with(':')) << line;
  }
}

// Every setting is there, by name, and every kind of sink.
TEST(SystemConfiguration, NamesEverything) {
  const std::string text = text_of("collector.yaml");
  for (const Setting& row : top_level_settings())
    EXPECT_NE(text.find(row.name), std::string::npos) << row.name;
  for (const ComponentType& type : catalog().sinks)
    EXPECT_NE(text.find("type: " + std::string(type.name)), std::string::npos) << type.name;
  for (const ComponentType& type : catalog().samplers)
    EXPECT_NE(text.find(std::string(type.name) + ":"), std::string::npos) << type.name;
}

TEST(Manual, NamesEveryCommandAndOption) {
  const std::string page = text_of("collector.1");
  int options = 0;
  for (const CommandDescription& command : describe_command_line()) {
    if (!command.name.empty()) {
      EXPECT_NE(page.find(".SS \"" + command.name + "\"\n"), std::string::npos);
    }
    for (const OptionDescription& option : command.options) {
      ++options;
      for (std::string name : option.names) {
        for (std::size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2)
          name.insert(at, "\\");
        EXPECT_NE(page.find("\\fB" + name + "\\fR"), std::string::npos) << name;
      }
    }
  }
  EXPECT_GT(options, 10);
  EXPECT_EQ(page.find("document"), page.find("documents")) << "packages only";
}

// A section of the page, up to the next one.
std::string section_of(const std::string& page, const std::string& title) {
  const auto at = page.find(".SH \"" + title + "\"\n");
  return at == std::string::npos ? "" : page.substr(at, page.find("\n.SH ", at + 1) - at);
}

TEST(Manual, HasEveryExitStatusTheEnvironmentAndExamples) {
  const std::string page = text_of("collector.1");
  EXPECT_GE(exit_code::all().size(), 11U);
  const std::string readme = test::read_file(test::source_directory() / "README.md");
  for (const int each : exit_code::all()) {
    const std::string code = std::to_string(each);
    EXPECT_NE(section_of(page, "EXIT STATUS").find("\\fB" + code + "\\fR"), std::string::npos) << code;
    EXPECT_NE(readme.find("\n| " + code + " | " + exit_code::meaning_of(each) + " |\n"), std::string::npos)
        << code;
  }
  for (const char* variable : {"COLLECTOR_CONFIG", "XDG_STATE_HOME", "STATE_DIRECTORY", "NO_COLOR", "LC_ALL",
                               "COLUMNS", "https_proxy", "PGPASSFILE", "NOTIFY_SOCKET"})
    EXPECT_NE(section_of(page, "ENVIRONMENT").find(variable), std::string::npos) << variable;
  for (const char* example : {"collector sample net disk", "collector setup \\-\\-uninstall", "| psql"})
    EXPECT_NE(section_of(page, "EXAMPLES").find(example), std::string::npos) << example;
}

TEST(Manual, MarkdownBecomesMacros) {
  const std::string page = manual_from_markdown({"x.yaml", 5, "a file"},
                                                "# Title\n\nSome `co-de` and **strong**.\n.dot\n\n    code "
                                                "\\n\n\n## Part\n\n| setting | default | |\n|---|---|---|\n"
                                                "| `a.b` | `1s` | Sentence. |\n| `c` |  | Other. |\n");
  EXPECT_EQ(page.substr(page.find(".SH DESC")),
            ".SH DESCRIPTION\nSome \\fBco\\-de\\fR and \\fBstrong\\fR.\n\\&.dot\n.PP\n.nf\n.RS\ncode "
            "\\en\n.RE\n.fi\n"
            ".SH \"PART\"\n.TP\n\\fBa.b\\fR\ndefault: \\fB1s\\fR. Sentence.\n.TP\n\\fBc\\fR\nOther.\n");
}

// The words bash offers after these; $PATH has the collector that lists sinks.
std::string offered(const std::string& words) {
  const TemporaryDirectory directory;
  const auto file = directory / "collector.bash";
  test::write_file(file, text_of("collector.bash"));
  test::write_file(directory / "collector",
                   "#!/bin/sh\n[ \"$*\" != 'complete sinks' ] || echo local\n"
                   "[ \"$*\" != 'complete plans' ] || printf 'home\\nnights\\n'\n"
                   "[ \"$*\" != '--config my.yaml complete sinks' ] || printf 'local\\ncloud\\n'\n");
  std::filesystem::permissions(directory / "collector", std::filesystem::perms::owner_all);
  const Finished run =
      run_process({"/bin/bash", "-c",
                   "set -u; compopt() { echo \"${2}\"; }; PATH=" + directory.path().string() + ":$PATH; . '" +
                       file.string() + "'; COMP_WORDS=(" + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _collector; echo \"${COMPREPLY[@]:-}\""});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  return run.out;
}

TEST(BashCompletion, OffersCommandsOptionsAndValues) {
  EXPECT_EQ(offered("collector ch"), "check\n");
  EXPECT_EQ(offered("collector --on"), "--once\n");
  EXPECT_EQ(offered("collector config --sch"), "--schema\n");
  EXPECT_EQ(offered("collector sample --format ''"), "table json line\n");
  EXPECT_EQ(offered("collector sample pro"), "processes\n");
  EXPECT_EQ(offered("collector -c check.yaml --config ''"), "default\n\n") << "files";
  EXPECT_EQ(offered("collector sample --ver"), "--version --verbose\n") << "general ones work everywhere";
}

TEST(BashCompletion, CompletesWhatGoesAfterEveryOption) {
  EXPECT_EQ(offered("collector status --state ''"), "dirnames\n\n");
  EXPECT_EQ(offered("collector replay --sink ''"), "local\n");
  EXPECT_EQ(offered("collector --config my.yaml replay -s ''"), "local cloud\n");
  EXPECT_EQ(offered("collector replay --config = my.yaml --sink = cl"), "cloud\n") << "--sink=cl";
  EXPECT_EQ(offered("collector setup --measure net"), "network net netproto\n");
  EXPECT_EQ(offered("collector setup --measure mem,cp"), "mem,cpu\n");
  EXPECT_EQ(offered("collector setup --to po"), "nospace\npostgres=\n");
  EXPECT_EQ(offered("collector days --to yes"), "yesterday\n") << "another command's";
  EXPECT_EQ(offered("collector periods --plan h"), "home\n");
  EXPECT_EQ(offered("collector today --zone Europe/Berl"), "Europe/Berlin\n");
  EXPECT_EQ(offered("collector today --interface l"), "lo\n");
  EXPECT_EQ(offered("collector setup --service s"), "system\n");
  EXPECT_EQ(offered("collector sample --wait ''"), "0s 1s 5s 10s\n");
  EXPECT_EQ(offered("collector sample --format = j"), "json\n");
  EXPECT_EQ(offered("collector check ./"), "default\n\n") << "files";
  EXPECT_EQ(offered("collector help sam"), "sample\n");
  EXPECT_EQ(offered("collector --state check st"), "status\n") << "a value is no command";
  // No option with a value is left without an answer.
  for (const CommandDescription& command : describe_command_line())
    for (const OptionDescription& option : command.options)
      if (!option.value.empty() && !option.names.empty()) {
        EXPECT_NE(offered("collector " + command.name + " " + option.names.front() + " ''"), "\n")
            << command.name << " " << option.names.front();
      }
}

TEST(Help, OfEveryCommandHasExamplesAndExitCodes) {
  for (const CommandDescription& command : describe_command_line()) {
    EXPECT_FALSE(command.help.examples.empty()) << command.name;
    EXPECT_FALSE(command.help.exit_codes.empty()) << command.name;
    for (const int code : command.help.exit_codes) {
      if (command.name.empty()) continue;
      EXPECT_NE(exit_code::meaning_to(command.name, code), "") << command.name << " " << code;
    }
    // What is meant for a command alone is listed by that one, and by no other.
    for (const exit_code::Meaning& each : exit_code::meanings()) {
      if (command.name.empty() || each.of.empty()) continue;
      const bool own = (", " + std::string(each.of) + " ").find(", " + command.name) != std::string::npos;
      EXPECT_EQ(help_footer(command.name).find(each.text) != std::string::npos, own)
          << command.name << ": " << each.text;
    }
    // Examples are typed as they stand here.
    for (const Example& example : command.help.examples) {
      EXPECT_TRUE(example.command.starts_with("collector")) << example.command;
      std::vector<const char*> words;
      std::vector<std::string> typed;
      std::istringstream in(example.command.substr(0, example.command.find_first_of("|>")));
      for (std::string word; in >> word;)
        typed.push_back(word);
      for (const std::string& word : typed)
        words.push_back(word.c_str());
      EXPECT_EQ(parse_options(static_cast<int>(words.size()), words.data()).exit_code, 0) << example.command;
    }
  }
}

TEST(Completions, NameEveryCommandAndOption) {
  for (const char* file : {"collector.bash", "_collector"})
    for (const CommandDescription& command : describe_command_line()) {
      EXPECT_NE(text_of(file).find(command.name), std::string::npos) << file << " " << command.name;
      for (const OptionDescription& option : command.options)
        for (const std::string& name : option.names)
          EXPECT_NE(text_of(file).find(name), std::string::npos) << file << " " << name;
    }
}

}  // namespace
}  // namespace collector
