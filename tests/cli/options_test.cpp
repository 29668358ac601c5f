#include "collector/cli/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace collector {
namespace {

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "collector");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, NothingMeansRun) {
  const Parsed parsed = parse({});
  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Command::run);
}

TEST(Options, ConfigGoesBeforeAndAfterTheCommand) {
  EXPECT_EQ(parse({"--config", "a.yaml", "check"}).options->config_file, "a.yaml");
  EXPECT_EQ(parse({"check", "-c", "a.yaml"}).options->config_file, "a.yaml");
  EXPECT_EQ(parse({"check"}).options->config_file, std::nullopt);
}

TEST(Options, Once) {
  const Parsed parsed = parse({"--once", "--wait", "250ms", "--sync"});
  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Command::once);
  EXPECT_EQ(parsed.options->wait, std::chrono::milliseconds(250));
  EXPECT_TRUE(parsed.options->sync);
}

TEST(Options, SampleTakesNamesAndAFormat) {
  const Parsed parsed = parse({"sample", "--format", "json", "net", "cpu"});
  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Command::sample);
  EXPECT_EQ(parsed.options->format, "json");
  EXPECT_EQ(parsed.options->samplers, (std::vector<std::string>{"net", "cpu"}));
}

TEST(Options, StatusTakesJsonAndAStateDirectory) {
  const Parsed parsed = parse({"status", "--json", "--state", "/var/lib/c"});
  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->command, Command::status);
  EXPECT_TRUE(parsed.options->json);
  EXPECT_EQ(parsed.options->state, "/var/lib/c");
  EXPECT_FALSE(parse({"status"}).options->state);
  EXPECT_EQ(parse({"run", "--json"}).exit_code, 64) << "of status alone";
}

TEST(Options, TokensAreAddedListedAndRemoved) {
  const Parsed added = parse({"token", "add", "phone", "--role", "operator", "--expires", "90d", "--host",
                              "nas", "--host", "web-*", "--tenant", "home"});
  ASSERT_TRUE(added.options) << added.text;
  EXPECT_EQ(added.options->command, Command::token);
  EXPECT_EQ(added.options->access.action, "add");
  EXPECT_EQ(added.options->access.name, "phone");
  EXPECT_EQ(added.options->access.role, "operator");
  EXPECT_EQ(added.options->access.lasts, std::chrono::hours(24 * 90));
  EXPECT_EQ(added.options->access.hosts, (std::vector<std::string>{"nas", "web-*"}));
  EXPECT_EQ(added.options->access.tenant, "home");
  EXPECT_EQ(parse({"token", "add", "phone"}).options->access.lasts, std::nullopt);
  EXPECT_EQ(parse({"token", "add", "phone"}).options->access.role, "viewer");
  EXPECT_TRUE(parse({"token", "list", "--json"}).options->json);
  for (const std::vector<const char*>& wrong : {std::vector<const char*>{"token"},
                                                {"token", "make", "x"},
                                                {"token", "add"},
                                                {"token", "list", "x"},
                                                {"token", "remove", "x", "--role", "admin"},
                                                {"token", "remove", "x", "--expires", "1d"},
                                                {"token", "add", "x", "--json"},
                                                {"token", "add", "x", "--role", "root"},
                                                {"user", "add"},
                                                {"user", "add", "x", "--role", "agent"},
                                                {"user", "password", "x", "--role", "admin"},
                                                {"user", "add", "x", "secret"},
                                                {"web", "x"}})
    EXPECT_EQ(parse(wrong).exit_code, 64) << wrong.back();
}

TEST(Options, UsersAndThePage) {
  const Parsed user = parse({"user", "password", "anna"});
  ASSERT_TRUE(user.options) << user.text;
  EXPECT_EQ(user.options->command, Command::user);
  EXPECT_EQ(user.options->access.action, "password");
  const Parsed web = parse({"web", "--print", "--state", "/x"});
  ASSERT_TRUE(web.options) << web.text;
  EXPECT_EQ(web.options->command, Command::web);
  EXPECT_TRUE(web.options->access.only_prints);
  EXPECT_EQ(web.options->state, "/x");
}

TEST(Options, ConfigShowsOneThing) {
  EXPECT_EQ(parse({"config"}).options->show, Options::Show::in_force);
  EXPECT_EQ(parse({"config", "--schema"}).options->show, Options::Show::schema);
  EXPECT_EQ(parse({"config", "--schema", "--defaults"}).exit_code, 64);
}

TEST(Options, HistoryCommandsTakeTheSameOptions) {
  for (const char* command :
       {"today", "yesterday", "week", "month", "year", "all", "hours", "days", "months", "years"}) {
    const Parsed parsed =
        parse({command,     "-i",     "wlp3s0", "--interface", "wg*",       "--host", "nas", "--by",
               "interface", "--from", "-7d",    "--to",        "yesterday", "--zone", "UTC", "--units",
               "iec",       "--cap",  "200GB",  "--db",        "x.db",      "--json"});
    ASSERT_TRUE(parsed.options) << parsed.text;
    EXPECT_EQ(parsed.options->command, Command::history);
    const HistoryOptions& asked = parsed.options->history;
    EXPECT_EQ(asked.interfaces, (std::vector<std::string>{"wlp3s0", "wg*"}));
    EXPECT_EQ(asked.from, "-7d") << "a value that begins like an option";
    EXPECT_EQ(asked.cap, 200'000'000'000U);
    EXPECT_EQ(asked.units, AmountUnits::iec);
    EXPECT_EQ(asked.file, "x.db");
    EXPECT_TRUE(asked.json);
  }
  EXPECT_EQ(parse({"year"}).options->history.view, HistoryView::year);
  EXPECT_EQ(parse({"top", "days"}).options->history.top_of, "days");
}

TEST(Options, HistoryCommandsSayWhatIsWrong) {
  EXPECT_NE(parse({"top", "dys"}).text.find("did you mean days?"), std::string::npos)
      << parse({"top", "dys"}).text;
  EXPECT_NE(parse({"month", "--cap", "200"}).text.find("has no unit"), std::string::npos)
      << parse({"month", "--cap", "200"}).text;
  EXPECT_EQ(parse({"today", "--json", "--csv"}).exit_code, 64);
  EXPECT_NE(parse({"tody"}).text.find("did you mean today?"), std::string::npos);
}

TEST(Options, ABareNumberIsNoDuration) {
  const Parsed parsed = parse({"--once", "--wait", "5"});
  EXPECT_FALSE(parsed.options);
  EXPECT_EQ(parsed.exit_code, 64);
  EXPECT_EQ(
      parsed.text,
      "collector: --wait: \"5\" has no unit; write 5s for seconds, 5m for minutes; try collector --help\n");
  EXPECT_EQ(parse({"sample", "--format"}).text,
            "collector: --format: its value is missing; try collector sample --help\n");
}

TEST(Options, AnEmptyNameIsCalledThat) {
  EXPECT_EQ(parse({"--config", "", "check"}).text,
            "collector: --config: the file name is empty; try collector check --help\n");
  EXPECT_EQ(parse({"check", ""}).text,
            "collector: FILE: the file name is empty; try collector check --help\n");
  EXPECT_EQ(parse({"status", "--state", ""}).text,
            "collector: --state: the directory's name is empty; try collector status --help\n");
  EXPECT_EQ(parse({"version", "--check", ""}).text,
            "collector: --check: the file name or URL is empty; try collector version --help\n");
  for (const char* option : {"--sink", "--into"})
    EXPECT_EQ(parse({"replay", option, ""}).exit_code, 64) << option;
}

TEST(Options, WhatIsUnknownIsExplained) {
  EXPECT_EQ(parse({"sampel"}).text,
            "collector: sampel: there is no such command; did you mean sample? or try collector --help\n");
  EXPECT_EQ(
      parse({"status", "--jsn"}).text,
      "collector: --jsn: there is no such option; did you mean --json? or try collector status --help\n");
  EXPECT_EQ(parse({"--once", "--state", "/x"}).text,
            "collector: --state: there is no such option; try collector --help\n");
  EXPECT_EQ(parse({"status", "it"}).text,
            "collector: it: this word is not expected here; try collector status --help\n");
  EXPECT_EQ(parse({"status", "it"}).exit_code, 64);
  // A word that an option takes is answered with the option.
  EXPECT_NE(parse({"today", "wlan0"}).text.find("did you mean --interface wlan0?"), std::string::npos);
  EXPECT_NE(parse({"export", "csv"}).text.find("did you mean --format csv?"), std::string::npos);
  EXPECT_NE(parse({"year", "iec"}).text.find("did you mean --units iec?"), std::string::npos);
  EXPECT_EQ(parse({"import", "vnstat.db"}).text,
            "collector: --from is required: one of vnstat, packetbuddy, netmon, csv; try collector import "
            "--help\n");
  EXPECT_EQ(parse({"export", "-o", "sheets/days.xlsx"}).text,
            "collector: --output: .xlsx files are not written, but spreadsheets open csv; did you mean "
            "sheets/days.csv? or try collector export --help\n");
  EXPECT_EQ(
      parse({"top", "dayz"}).text,
      "collector: dayz: this word is not expected here; did you mean days? or try collector top --help\n");
  EXPECT_NE(parse({"sample", "--format", "jsn"}).text.find("did you mean json?"), std::string::npos);
  EXPECT_EQ(
      parse({"setup", "--service", "sytem"}).text,
      "collector: --service: 'sytem' is not one of system, user, cron, none; did you mean system? or try "
      "collector setup --help\n");
}

TEST(Options, ATimeStandsByItself) {
  const auto taken = [](const std::vector<const char*>& words) {
    const Parsed parsed = parse(words);
    EXPECT_TRUE(parsed.options) << parsed.text;
    return parsed.options ? parsed.options->history : HistoryOptions{};
  };
  EXPECT_EQ(taken({"month", "2026-10"}).time, "2026-10");
  EXPECT_EQ(taken({"hours", "yesterday", "--json"}).time, "yesterday");
  EXPECT_EQ(taken({"days", "-7d"}).time, "-7d");
  EXPECT_EQ(taken({"today", "last monday"}).time, "last monday");
  EXPECT_EQ(taken({"top", "days", "2026"}).time, "2026");
  EXPECT_EQ(taken({"top", "days", "2026"}).top_of, "days");
  EXPECT_EQ(taken({"top", "2026-10"}).time, "2026-10");
  EXPECT_EQ(taken({"top", "2026-10"}).top_of, "interfaces");
}

TEST(Options, AWrongTimeIsAnsweredWithTheRightOne) {
  EXPECT_EQ(parse({"month", "2026-13"}).text,
            "collector: '2026-13' is not a date: there is no month 13; write year-month-day: 2026-03-29; try "
            "collector month --help\n");
  EXPECT_EQ(parse({"hours", "yesteday"}).text,
            "collector: 'yesteday' is not a time; did you mean 'yesterday'? or try collector hours --help\n");
  EXPECT_NE(parse({"month", "2026-10", "2026-11"}).text.find("did you mean --from 2026-10 --to 2026-11?"),
            std::string::npos);
  EXPECT_NE(parse({"hours", "yesterday", "14:00"}).text.find("did you mean 'yesterday 14:00'?"),
            std::string::npos);
  EXPECT_NE(parse({"week", "last", "week"}).text.find("did you mean 'last week'?"), std::string::npos);
  EXPECT_NE(parse({"top", "2026-10", "2026-11"}).text.find("did you mean --from 2026-10 --to 2026-11?"),
            std::string::npos);
  EXPECT_NE(parse({"summary", "2026-03"}).text.find("did you mean collector month 2026-03?"),
            std::string::npos);
  EXPECT_EQ(parse({"report", "2026", "2025"}).text.find("--from"), std::string::npos) << "which it refuses";
  EXPECT_NE(parse({"top", "2026-03", "interfaces"}).text.find("did you mean interfaces 2026-03?"),
            std::string::npos)
      << parse({"top", "2026-03", "interfaces"}).text;
  EXPECT_NE(parse({"--db", "file", "month"}).text.find("--db: write it behind month: collector month --db"),
            std::string::npos)
      << parse({"--db", "file", "month"}).text;
  EXPECT_NE(parse({"export", "2026-10"}).text.find("did you mean --from 2026-10 --to 2026-10?"),
            std::string::npos);
  EXPECT_EQ(parse({"month", "2026-10", "--from", "2026-11"}).text,
            "collector: 2026-10 says from when to when; it goes without --from and --to\n");
  EXPECT_EQ(parse({"month", "2026-10", "--from", "2026-11"}).exit_code, 64);
}

TEST(Options, CheckTakesAFile) {
  EXPECT_EQ(parse({"check", "a.yaml"}).options->config_file, "a.yaml");
  EXPECT_EQ(parse({"check", "a.yaml", "--config", "b.yaml"}).exit_code, 64);
  EXPECT_EQ(parse({"-c", "b.yaml", "check", "a.yaml"}).exit_code, 64);
}

TEST(Options, HelpAndVersionAreCommandsToo) {
  EXPECT_EQ(parse({"help"}).text, parse({"--help"}).text);
  EXPECT_EQ(parse({"help"}).exit_code, 0);
  EXPECT_EQ(parse({"help", "sample"}).text, parse({"sample", "--help"}).text);
  EXPECT_NE(parse({"help", "sample"}).text.find("--wait"), std::string::npos);
  EXPECT_EQ(parse({"version"}).text, parse({"--version"}).text);
  EXPECT_EQ(parse({"version"}).exit_code, 0);
  EXPECT_EQ(parse({"help", "sampel"}).exit_code, 64);
  EXPECT_EQ(parse({"help", "sampel"}).text,
            "collector: sampel: there is no such command; did you mean \"sample\"?\n");
}

TEST(Options, WhatOnlyMakesSenseWithOnceIsRefusedElsewhere) {
  EXPECT_EQ(parse({"--once", "check"}).exit_code, 64);
  EXPECT_EQ(parse({"--sync"}).exit_code, 64);
  EXPECT_EQ(parse({"--wait", "2s"}).exit_code, 64);
  EXPECT_EQ(parse({"check", "--wait", "2s"}).exit_code, 64);
  EXPECT_EQ(parse({"sample", "--wait", "2s"}).exit_code, 0);
}

}  // namespace
}  // namespace collector
