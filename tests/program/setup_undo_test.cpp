// `collector setup --uninstall`: what was there before comes back, and it can be finished from any point.
#include "tests/program/setup_fixture.h"

namespace collector::test {
namespace {

TEST_F(Setup, AUserServiceIsInstalledAndUndone) {
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                plain[1],
                                {"What starts the collector?", "user"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", ""}}));
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
  const Process daemon = cron();
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
  const SystemOfItsOwn system;
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

// The configuration that setup wrote names a secret that only the service has.
TEST_F(Setup, DataAndConfigurationGoInOneStepOrInTwo) {
  const SystemOfItsOwn system;
  const std::vector<std::string> install{
      "setup",     "--yes", "--service", "system",
      "--measure", "mem",   "--to",      "postgres=postgresql://u:S3cret@127.0.0.1:1/d"};
  for (const bool in_two_steps : {false, true}) {
    ASSERT_EQ(run(install).exit_code, 0);
    write_file("/var/lib/collector/collector.db", "data");
    write_file("/var/lib/collector/collector.db-wal", "data");
    write_file("/var/lib/collector/spool.db.damaged-20260101", "data");
    write_file("/var/lib/collector/mine", "not the collector's");
    if (in_two_steps) {
      ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
      EXPECT_FALSE(std::filesystem::exists("/etc/collector"));
      EXPECT_TRUE(std::filesystem::exists("/var/lib/collector/collector.db"));
    }
    const Finished undone = run({"setup", "--uninstall", "--delete-data", "--yes"});
    EXPECT_EQ(undone.exit_code, 0) << undone.err << undone.out;
    EXPECT_FALSE(std::filesystem::exists("/etc/collector"));
    EXPECT_TRUE(std::filesystem::is_empty("/etc/systemd/system"));
    EXPECT_EQ(beside("/var/lib/collector/x"), std::vector<std::string>{"mine"}) << undone.out;
    std::filesystem::remove("/var/lib/collector/mine");
  }
  const Finished nothing = run({"setup", "--uninstall", "--delete-data", "--yes"});
  EXPECT_EQ(nothing.exit_code, 0) << nothing.err;
  EXPECT_NE(nothing.out.find("Setup has made nothing here"), std::string::npos) << nothing.out;
}

// What can't be deleted is said before anything else goes: the second try finds everything.
TEST_F(Setup, WhatCannotBeDeletedKeepsTheConfiguration) {
  const SystemOfItsOwn system;
  ASSERT_EQ(run({"setup", "--yes", "--service", "system", "--measure", "mem"}).exit_code, 0);
  write_file("/var/lib/collector/collector.db", "data");
  system.state->set_read_only(true);
  const Finished refused = run({"setup", "--uninstall", "--delete-data", "--yes"});
  EXPECT_EQ(refused.exit_code, 73) << refused.err;
  EXPECT_NE(refused.err.find("can't be deleted"), std::string::npos) << refused.err;
  EXPECT_TRUE(std::filesystem::exists("/etc/collector/collector.yaml"));
  system.state->set_read_only(false);
  EXPECT_EQ(run({"setup", "--uninstall", "--delete-data", "--yes"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists("/etc/collector"));
  EXPECT_TRUE(std::filesystem::is_empty("/var/lib/collector"));
}

TEST_F(Setup, FilesOfAPackageStay) {
  const SystemOfItsOwn system;
  const SmallDisk dpkg("/var/lib/dpkg/info", 1 << 20);
  write_file("/var/lib/dpkg/info/collector.list", "/etc\n/etc/collector/collector.yaml\n");
  const std::string packaged = run({"document", "collector.yaml"}).out;
  write_file("/etc/collector/collector.yaml", packaged);
  ASSERT_EQ(run({"setup", "--yes", "--service", "system", "--measure", "mem"}).exit_code, 0);
  EXPECT_NE(read_file("/etc/collector/collector.yaml"), packaged);
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file("/etc/collector/collector.yaml"), packaged);
  EXPECT_EQ(beside("/etc/collector/x"), std::vector<std::string>{"collector.yaml"});
  // Also where nothing of before was kept.
  std::filesystem::remove("/etc/collector/collector.yaml");
  ASSERT_EQ(run({"setup", "--yes", "--service", "system", "--measure", "mem"}).exit_code, 0);
  ASSERT_EQ(run({"setup", "--uninstall", "--delete-data", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file("/etc/collector/collector.yaml"), packaged);
}

TEST_F(Setup, AUnitOfBeforeComesBackAndRunsAgain) {
  const SystemOfItsOwn system;
  const std::filesystem::path unit = "/etc/systemd/system/collector.service";
  write_file(unit, "[Service]\nExecStart=/opt/mine\n");
  ASSERT_EQ(run({"setup", "--yes", "--service", "system", "--measure", "mem"}).exit_code, 0);
  ASSERT_EQ(run({"setup", "--yes", "--service", "system", "--measure", "cpu"}).exit_code, 0);
  EXPECT_TRUE(read_file(unit).starts_with("# Written by")) << read_file(unit);
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(unit), "[Service]\nExecStart=/opt/mine\n");
  EXPECT_EQ(beside(unit), std::vector<std::string>{"collector.service"});
  EXPECT_TRUE(
      calls().ends_with("systemctl daemon-reload\nsystemctl enable --quiet collector.service\n"
                        "systemctl restart collector.service\n"))
      << calls();
}

TEST_F(Setup, WhatWasThereIsKeptAndComesBack) {
  write_file(file(), "# mine\nwindow: 10s\nsamplers: {default: off, mem: on}\n");
  const std::string mine = read_file(file());
  const Finished finished = run({"setup", "--yes", "--service", "none", "--measure", "cpu"});
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.out.find("replaces yours, kept as collector.yaml.before-"), std::string::npos)
      << finished.out;
  const Finished again = run({"setup", "--yes", "--service", "none"});
  EXPECT_EQ(again.out.find("before-"), std::string::npos) << "the same text needs no backup: " << again.out;
  // Setup's own needs none either.
  ASSERT_EQ(run({"setup", "--yes", "--service", "none", "--measure", "mem"}).exit_code, 0);
  EXPECT_EQ(beside(file()).size(), 3U) << "the configuration, one backup, the record";
  const Finished undone = run({"setup", "--uninstall", "--yes"});
  ASSERT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_EQ(read_file(file()), mine);
  EXPECT_EQ(beside(file()), std::vector<std::string>{"collector.yaml"});
  EXPECT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(file()), mine) << "it is not setup's";
}

TEST_F(Setup, WhatWasEditedSinceIsKeptByTheUndoing) {
  ASSERT_EQ(run({"setup", "--yes", "--service", "none", "--measure", "mem"}).exit_code, 0);
  const std::string edited = read_file(file()) + "tags: {room: kitchen}\n";
  write_file(file(), edited);
  const Finished again = run({"setup", "--yes", "--service", "none", "--measure", "cpu"});
  EXPECT_NE(again.out.find("replaces yours, kept as"), std::string::npos) << again.out;
  EXPECT_NE(read_file(file()).find("tags: {room: kitchen}\n"), std::string::npos) << "and all others stay";
  write_file(file(), edited);
  const Finished undone = run({"setup", "--uninstall", "--yes"});
  ASSERT_EQ(undone.exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(file()));
  int kept = 0;
  for (const std::string& name : beside(file())) {
    kept += read_file(file().parent_path() / name) == edited ? 1 : 0;
    const auto at = undone.out.find(name);
    EXPECT_NE(at, std::string::npos) << name << " is left: " << undone.out;
    EXPECT_EQ(undone.out.find(name, at + 1), std::string::npos) << "said once";
  }
  EXPECT_EQ(kept, 2);
}

// A version that kept no record: its files are known by their first line.
TEST_F(Setup, AnEarlierVersionsSetupIsUndoneToo) {
  write_file(file(),
             "# Written by `collector setup`; change it as you like.\nsinks:\n  p: {type: postgres, url: "
             "\"${file:postgres.url}\"}\n");
  write_file(file().parent_path() / "postgres.url", "postgresql://u:S3cret@h/d\n");
  write_file(file().string() + ".before-20260101-000000", "# mine\n");
  write_file(file().string() + ".before-20260102-000000", "# Written by `collector setup`; older.\n");
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(file()), "# mine\n");
  EXPECT_FALSE(std::filesystem::exists(file().parent_path() / "postgres.url"));
}

TEST_F(Setup, OldSecretsAreNotLeftLyingAbout) {
  const auto with = [&](const std::string& password) {
    return run({"setup", "--yes", "--service", "none", "--measure", "mem", "--to",
                "postgres=postgresql://u:" + password + "@127.0.0.1:1/d"});
  };
  ASSERT_EQ(with("0ne").exit_code, 0);
  ASSERT_EQ(with("tw0").exit_code, 0);
  EXPECT_EQ(beside(file()), (std::vector<std::string>{"collector.yaml", "postgres.url", "setup.record"}));
  EXPECT_EQ(read_file(file().parent_path() / "postgres.url"), "postgresql://u:tw0@127.0.0.1:1/d\n");
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_TRUE(beside(file()).empty());
}

TEST_F(Setup, SecretsOfSinksThatAreGoneGoToo) {
  ASSERT_EQ(run({"setup", "--yes", "--service", "none", "--to", "postgres=postgresql://u:0ne@127.0.0.1:1/d"})
                .exit_code,
            0);
  ASSERT_EQ(
      run({"setup", "--yes", "--service", "none", "--to", "influx=http://127.0.0.1:1,token=tw0"}).exit_code,
      0);
  EXPECT_EQ(beside(file()), (std::vector<std::string>{"collector.yaml", "influx.token", "setup.record"}));
}

// Of somebody else's secret of that name a copy is kept, for its owner only, and comes back.
TEST_F(Setup, SomebodyElsesSecretComesBack) {
  const auto secret = file().parent_path() / "postgres.url";
  write_file(secret, "theirs\n");
  std::filesystem::permissions(secret, std::filesystem::perms(0644));
  ASSERT_EQ(run({"setup", "--yes", "--service", "none", "--to", "postgres=postgresql://u:x@127.0.0.1:1/d"})
                .exit_code,
            0);
  for (const std::string& name : beside(file()))
    if (name.starts_with("postgres.url")) {
      EXPECT_EQ(mode_of(file().parent_path() / name), 0600U) << name;
    }
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(secret), "theirs\n");
}

TEST_F(Setup, ACollectorStartedByHandIsMentioned) {
  ASSERT_EQ(run({"setup", "--yes", "--service", "none", "--measure", "mem"}).exit_code, 0);
  Process by_hand({binary(), "run"}, environment());
  ASSERT_TRUE(eventually([&] { return run({"status"}).exit_code == 0; }));
  const std::string pid = std::to_string(by_hand.pid());
  const Finished in_the_way = run({"setup", "--yes", "--service", "user", "--measure", "cpu"});
  EXPECT_EQ(in_the_way.exit_code, 74) << in_the_way.err;
  EXPECT_NE(in_the_way.err.find("(pid " + pid + ")"), std::string::npos) << in_the_way.err;
  EXPECT_NE(read_file(file()).find("mem: on"), std::string::npos) << "nothing was written";
  const Finished kept = run({"setup", "--uninstall", "--delete-data", "--yes"});
  EXPECT_EQ(kept.exit_code, 74) << kept.err;
  EXPECT_NE(kept.out.find("kill " + pid), std::string::npos) << kept.out;
  EXPECT_TRUE(std::filesystem::exists(file()));
  const Finished undone = run({"setup", "--uninstall", "--yes"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_NE(undone.out.find("kill " + pid), std::string::npos) << undone.out;
  by_hand.signal(SIGTERM);
  EXPECT_TRUE(by_hand.wait(std::chrono::seconds(30)));
  EXPECT_EQ(run({"setup", "--uninstall", "--delete-data", "--yes"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(home_ / "state/collector"));
}

TEST_F(Setup, AnotherStarterTakesThePlaceOfTheFirst) {
  const Process daemon = cron();
  ASSERT_EQ(run({"setup", "--yes", "--measure", "mem", "--service", "cron"}).exit_code, 0);
  ASSERT_EQ(run({"setup", "--yes", "--measure", "mem", "--service", "user"}).exit_code, 0);
  EXPECT_EQ(read_file(home_ / "crontab"), "") << "both at once would be in each other's way";
}

TEST_F(Setup, WhatSetupHasNotWrittenIsNotRemoved) {
  write_file(file(), "# mine\n");
  ASSERT_EQ(run({"setup", "--uninstall", "--yes"}).exit_code, 0);
  EXPECT_EQ(read_file(file()), "# mine\n");
}

}  // namespace
}  // namespace collector::test
