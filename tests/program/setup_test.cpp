// `collector setup`, typed through on a terminal: each branch, and giving up at each question. The system's
// own programs (systemctl, crontab) are stood in for by scripts that write down how they were called; the
// real ones are tried by scripts/package --test.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/influx_server.h"
#include "tests/support/namespaces.h"
#include "tests/support/postgres_server.h"
#include "tests/support/pseudo_terminal.h"

namespace collector::test {
namespace {

class Setup : public testing::Test {
 protected:
  Setup() {
    program("systemctl", "echo \"systemctl $*\" >>'" + (home_ / "calls").string() + "'\n");
    program("crontab", "if [ \"$1\" = -l ]; then cat '" + (home_ / "crontab").string() +
                           "' 2>/dev/null; else cp \"$1\" '" + (home_ / "crontab").string() + "'; fi\n");
  }

  void program(const std::string& name, const std::string& script) const {
    write_file(home_ / "bin" / name, "#!/bin/sh\n" + script);
    std::filesystem::permissions(home_ / "bin" / name, std::filesystem::perms::owner_all);
  }
  std::vector<std::pair<std::string, std::string>> environment() const {
    return {{"HOME", home_.path().string()},
            {"XDG_CONFIG_HOME", (home_ / "config").string()},
            {"XDG_STATE_HOME", (home_ / "state").string()},
            {"PATH", (home_ / "bin").string() + ":/usr/bin:/bin"},
            {"NO_COLOR", "1"}};
  }
  PseudoTerminal start(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{binary(), "setup"};
    words.insert(words.end(), more.begin(), more.end());
    return PseudoTerminal(words, environment());
  }
  Finished run(const std::vector<std::string>& more) const {
    std::vector<std::string> words{binary()};
    words.insert(words.end(), more.begin(), more.end());
    return run_process(words, environment());
  }
  std::filesystem::path file() const { return home_ / "config/collector/collector.yaml"; }
  std::string calls() const {
    return std::filesystem::exists(home_ / "calls") ? read_file(home_ / "calls") : "";
  }

  const TemporaryDirectory home_;
};

int exit_code(std::optional<int> status) {
  return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

struct Step {
  std::string question;
  std::string answer;
};

// Answers one question after the other; false where one did not come.
bool answer(PseudoTerminal& terminal, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!terminal.shows(step.question)) return false;
    terminal.type(step.answer + "\n");
  }
  return true;
}

const std::vector<Step> plain{
    {"What to measure?", ""}, {"Where to send it", ""}, {"What starts it?", "none"}, {"Go ahead?", "y"}};

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status{};
  return stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

TEST_F(Setup, WritesACommentedConfigurationAndShowsNumbers) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, plain)) << terminal.screen();
  EXPECT_TRUE(terminal.shows("The first numbers")) << terminal.screen();
  EXPECT_TRUE(terminal.shows("used_percent")) << terminal.screen();
  EXPECT_TRUE(terminal.shows("collector setup --uninstall"));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_NE(read_file(file()).find("# Where rows go."), std::string::npos);
  EXPECT_EQ(run({"check"}).exit_code, 0);
  EXPECT_EQ(run({"--once"}).exit_code, 0);
}

TEST_F(Setup, GivingUpAtAnyQuestionChangesNothing) {
  for (const std::string& end : {std::string("\x04"), std::string("q\n"), std::string("\x03")})
    for (std::size_t answered = 0; answered < plain.size(); ++answered) {
      auto terminal = start();
      ASSERT_TRUE(answer(terminal, {plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(answered)}));
      ASSERT_TRUE(terminal.shows(plain[answered].question) && terminal.shows(": "));
      terminal.type(end);
      const auto status = terminal.wait();
      ASSERT_TRUE(status);
      if (end == "\x03")
        EXPECT_TRUE(WIFSIGNALED(*status) && WTERMSIG(*status) == SIGINT);
      else
        EXPECT_EQ(exit_code(status), 1) << terminal.screen();
      EXPECT_FALSE(std::filesystem::exists(home_ / "config")) << "after " << answered << " answers";
    }
  EXPECT_EQ(calls(), "");
}

TEST_F(Setup, NoAtTheEndIsGivingUp) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0], plain[1], plain[2], {"Go ahead?", "n"}}));
  EXPECT_EQ(exit_code(terminal.wait()), 1);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(Setup, AsksAgainAfterAWrongAnswer) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", "nonsense"},
                                {"no sampler 'nonsense'", "mem, cpu"},
                                {"Where to send it", "everywhere"},
                                {"'everywhere' is none of local, postgres, influx, json", "json"},
                                {"And where else?", "local"},
                                {"What starts it?", "none"},
                                {"Go ahead?", "maybe"},
                                {"y or n", "y"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0);
  const std::string yaml = read_file(file());
  EXPECT_NE(yaml.find("  default: off\n  mem: on\n  cpu: on\n"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("type: json"), std::string::npos);
}

TEST_F(Setup, PasswordsLieInAFileOfTheirOwn) {
  const PostgresServer server;
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "postgres"},
                                {"connection string", server.url()},
                                {"it answers", ""},
                                {"What starts it?", "none"}}))
      << terminal.screen();
  ASSERT_TRUE(terminal.shows("collector:***@127.0.0.1")) << terminal.screen();
  ASSERT_TRUE(answer(terminal, {{"Go ahead?", "y"}}));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_EQ(read_file(file()).find(PostgresServer::password), std::string::npos);
  EXPECT_EQ(mode_of(file().parent_path() / "postgres.url"), 0600U);
  const Finished once = run({"--once", "--sync"});
  EXPECT_EQ(once.exit_code, 0) << once.err;
  EXPECT_EQ(server.query("SELECT count(*) > 0 FROM collector.mem"), "t");
}

TEST_F(Setup, WhatCannotBeReachedIsExplained) {
  const InfluxServer server;
  const std::string nobody = "http://127.0.0.1:" + std::to_string(free_port());
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "influx"},
                                {"Its address", "localhost"},
                                {"begins with http://", nobody},
                                {"It can't be reached", "again"},
                                {"Its address", server.url()},
                                {"it answers", "influx"},
                                {"Its address", nobody},
                                {"It can't be reached", "without"},
                                {"And where else?", "influx"},
                                {"Its address", nobody},
                                {"It can't be reached", "keep"},
                                {"And where else?", "local"},
                                {"What starts it?", "none"},
                                {"Go ahead?", "y"}}))
      << terminal.screen();
  EXPECT_NE(terminal.screen().find("onnect"), std::string::npos) << "says what fails: " << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0);
  const std::string yaml = read_file(file());
  EXPECT_NE(yaml.find("  influx:\n    type: influx\n    url: \"" + server.url()), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("  influx2:\n    type: influx\n    url: \"" + nobody), std::string::npos) << yaml;
}

TEST_F(Setup, AUserServiceIsInstalledAndUndone) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0], plain[1], {"What starts it?", "user"}, {"Go ahead?", ""}}));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  const std::string unit = read_file(home_ / "config/systemd/user/collector.service");
  EXPECT_NE(unit.find("ExecStart=\"" + std::filesystem::canonical(binary()).string() + "\" --config \"" +
                      file().string() + "\" run\n"),
            std::string::npos)
      << unit;
  EXPECT_EQ(calls(),
            "systemctl --user daemon-reload\nsystemctl --user enable --quiet collector.service\n"
            "systemctl --user restart collector.service\n");
  ASSERT_EQ(run({"--once"}).exit_code, 0);

  auto refused = start({"--uninstall"});
  ASSERT_TRUE(answer(refused, {{"The data stays. (y/n)", "n"}}));
  EXPECT_EQ(exit_code(refused.wait()), 1);
  EXPECT_TRUE(std::filesystem::exists(file()));
  auto undone = start({"--uninstall"});
  ASSERT_TRUE(answer(undone, {{"The data stays. (y/n)", "y"}}));
  EXPECT_EQ(exit_code(undone.wait()), 0);
  EXPECT_TRUE(calls().ends_with(
      "systemctl --user disable --quiet --now collector.service\nsystemctl --user daemon-reload\n"))
      << calls();
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_FALSE(std::filesystem::exists(home_ / "config/systemd/user/collector.service"));
  EXPECT_TRUE(std::filesystem::exists(home_ / "state/collector/collector.db")) << "the data is kept";
}

TEST_F(Setup, CronGetsOneLineAndLosesItAgain) {
  write_file(home_ / "crontab", "0 3 * * * backup\n");
  ASSERT_EQ(run({"setup", "--yes", "--measure", "mem", "--service", "cron"}).exit_code, 0);
  ASSERT_EQ(run({"setup", "--yes", "--measure", "mem", "--service", "cron"}).exit_code, 0);
  EXPECT_EQ(read_file(home_ / "crontab"),
            "0 3 * * * backup\n*/5 * * * *  '" + std::filesystem::canonical(binary()).string() +
                "' --once --config '" + file().string() + "' > /dev/null  # collector setup\n");
  EXPECT_TRUE(std::filesystem::exists(home_ / "state/collector/collector.db"))
      << "the first sample is stored";
  ASSERT_EQ(run({"setup", "--uninstall", "--delete-data", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(home_ / "crontab"), "0 3 * * * backup\n");
  EXPECT_FALSE(std::filesystem::exists(home_ / "state/collector"));
}

TEST_F(Setup, TheSystemsServiceReadsSecretsFromItsEnvironmentFile) {
  enter_namespaces(CLONE_NEWNS);
  const SmallDisk etc("/etc", 1 << 20);
  const Finished finished =
      run({"setup", "--yes", "--service", "system", "--to", "postgres=postgresql://u:S3cret@127.0.0.1:1/d"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ((finished.out + finished.err).find("S3cret"), std::string::npos);
  EXPECT_EQ(read_file("/etc/collector/collector.yaml").find("S3cret"), std::string::npos);
  EXPECT_NE(
      read_file("/etc/collector/environment").find("POSTGRES_URL='postgresql://u:S3cret@127.0.0.1:1/d'\n"),
      std::string::npos);
  EXPECT_EQ(mode_of("/etc/collector/environment"), 0600U);
  EXPECT_NE(read_file("/etc/systemd/system/collector.service").find("DynamicUser=yes"), std::string::npos);
  EXPECT_TRUE(calls().starts_with("systemctl daemon-reload\n")) << calls();
  ASSERT_EQ(run({"setup", "--uninstall", "--yes", "--config", "/etc/collector/collector.yaml"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_empty("/etc/systemd/system"));
  EXPECT_FALSE(std::filesystem::exists("/etc/collector"));
}

TEST_F(Setup, WhatWasThereIsKept) {
  write_file(file(), "# mine\n");
  ASSERT_EQ(run({"setup", "--yes", "--service", "none"}).exit_code, 0);
  int backups = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file().parent_path()))
    if (entry.path().filename().string().starts_with("collector.yaml.before-")) {
      ++backups;
      EXPECT_EQ(read_file(entry.path()), "# mine\n");
    }
  EXPECT_EQ(backups, 1);
  const Finished again = run({"setup", "--yes", "--service", "none"});
  EXPECT_EQ(again.out.find("before-"), std::string::npos) << "the same text needs no backup";
}

TEST_F(Setup, WhatSetupHasNotWrittenIsNotRemoved) {
  write_file(file(), "# mine\n");
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(file()), "# mine\n");
}

TEST_F(Setup, WrongOptionsAreRefusedAndChangeNothing) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"setup"},
                                                {"setup", "--yes", "--measure", "nothing"},
                                                {"setup", "--yes", "--to", "mongodb"},
                                                {"setup", "--yes", "--to", "influx=host"},
                                                {"setup", "--service", "init"},
                                                {"setup", "--delete-data"}}) {
    const Finished finished = run(wrong);
    EXPECT_EQ(finished.exit_code, 64) << wrong.back() << finished.err;
    EXPECT_NE(finished.err, "");
  }
  EXPECT_FALSE(std::filesystem::exists(home_ / "config"));
}

TEST_F(Setup, AServiceThatDoesNotStartIsSaid) {
  program("systemctl", "[ \"$2\" != restart ]\n");
  const Finished finished = run({"setup", "--yes", "--service", "user"});
  EXPECT_EQ(finished.exit_code, 70);
  EXPECT_NE(finished.err.find("`systemctl --user restart collector.service` ended with 1"), std::string::npos)
      << finished.err;
  EXPECT_NE(finished.err.find("journalctl --user"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace collector::test
