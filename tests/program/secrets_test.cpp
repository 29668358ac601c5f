// Secrets that not everybody may read: commands that do without them, the file beside the configuration, and
// what a service is handed.

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "tests/program/other_users.h"
#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

const std::string quick_rows =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\nshutdown: {deadline: 1s}\n";
const std::string secret_sink = quick_rows + "sinks: {a: {type: json, directory: \"${DIRECTORY}\"}}\n";

class SecretsOfCommands : public ::testing::Test {
 protected:
  Finished run(const std::vector<std::string>& arguments) const { return installation_.run(arguments); }
  void end(Process& process) const {
    process.signal(SIGTERM);
    const auto finished = process.wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
  bool answers() const {
    return eventually([&] { return run({"status"}).exit_code == 0; });
  }
  Installation installation_{secret_sink};
  const fs::path folder_ = installation_.config_file().parent_path();
};

TEST_F(SecretsOfCommands, AreNeededByThoseThatDeliverOnly) {
  for (const std::vector<std::string>& without :
       {std::vector<std::string>{"sample", "mem"}, {"replay", "--list"}, {"config"}}) {
    const Finished finished = run(without);
    EXPECT_EQ(finished.exit_code, 0) << without.front() << ": " << finished.err;
  }
  EXPECT_NE(run({"config"}).err.find("left out: "), std::string::npos);
  EXPECT_EQ(run({"status"}).exit_code, 3);
  for (const std::vector<std::string>& with :
       {std::vector<std::string>{"check"}, {"--once"}, {"replay"}, {"run"}}) {
    const Finished finished = run(with);
    EXPECT_EQ(finished.exit_code, 78) << with.front();
    EXPECT_NE(finished.err.find("DIRECTORY is not set"), std::string::npos) << finished.err;
  }
  EXPECT_FALSE(fs::exists(installation_.state()));
  write_file(folder_ / "environment", "DIRECTORY=rows\n");
  EXPECT_EQ(run({"check"}).exit_code, 0);
  EXPECT_EQ(run({"--once"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(installation_.state() / "rows"));
}

TEST_F(SecretsOfCommands, TheRunningOneNeedsNoneOfWhoeverAsks) {
  Process collector(installation_.command({"run"}), {{"DIRECTORY", "rows"}});
  ASSERT_TRUE(answers()) << collector.err();
  const Finished replayed = run({"replay"});
  EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
  EXPECT_NE(replayed.err.find("no dead letters"), std::string::npos) << replayed.err;
  const Finished in_force = run({"config"});
  EXPECT_EQ(in_force.exit_code, 0) << in_force.err;
  EXPECT_NE(in_force.out.find("directory: rows"), std::string::npos) << in_force.out;
  EXPECT_EQ(run({"replay", "--list"}).exit_code, 0);
  end(collector);
}

TEST_F(SecretsOfCommands, AreReadAgainAtAReload) {
  write_file(folder_ / "environment", "DIRECTORY=one\n");
  Process collector(installation_.command({"run"}));
  ASSERT_TRUE(answers()) << collector.err();
  write_file(folder_ / "environment", "DIRECTORY=two\n");
  const Finished reloaded = run({"reload"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.err;
  EXPECT_TRUE(eventually([&] { return fs::exists(installation_.state() / "two"); })) << collector.err();
  end(collector);
}

TEST_F(SecretsOfCommands, ReloadTellsTheVerdict) {
  write_file(folder_ / "environment", "DIRECTORY=one\n");
  EXPECT_EQ(run({"reload"}).exit_code, 3);
  Process collector(installation_.command({"run"}));
  ASSERT_TRUE(answers()) << collector.err();
  const std::string before = run({"config"}).out;
  installation_.configure(quick_rows + "intervall: 1s\n");
  const Finished refused = run({"reload"});
  EXPECT_EQ(refused.exit_code, 78);
  EXPECT_NE(refused.err.find("collector.yaml:"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("intervall"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("stays in force"), std::string::npos) << refused.err;
  const Finished in_force = run({"config"});
  EXPECT_EQ(in_force.out, before) << "what is in force, not what the file says";
  EXPECT_NE(in_force.err.find("is not in force"), std::string::npos) << in_force.err;
  installation_.configure(secret_sink);
  EXPECT_EQ(run({"reload"}).exit_code, 0);
  EXPECT_EQ(run({"config"}).err, "");
  end(collector);
}

// `state:` can't change while it runs, and a file can go: whoever asks still finds it.
TEST_F(SecretsOfCommands, TheRunningOneIsFoundAfterItsFileSaysOtherwise) {
  write_file(folder_ / "environment", "DIRECTORY=one\n");
  Process collector(installation_.command({"run"}));
  ASSERT_TRUE(answers()) << collector.err();
  const std::string moved = "state: " + (folder_ / "elsewhere").string() + "\n";
  write_file(installation_.config_file(), moved + quick_rows);
  const std::string pid = ", pid " + std::to_string(collector.pid());
  for (int gone = 0; gone < 2; ++gone) {
    const Finished asked = run({"status"});
    EXPECT_NE(asked.out.find(pid), std::string::npos) << asked.out << asked.err;
    EXPECT_NE(asked.err.find("the configuration now has the state directory"), std::string::npos)
        << asked.err;
    EXPECT_NE(run({"config"}).out.find(installation_.state().string()), std::string::npos);
    fs::remove(installation_.config_file());
  }
  end(collector);
}

TEST_F(SecretsOfCommands, AStartWithoutTheFileOfTheOneBeforeIsWarnedOf) {
  const fs::path home = folder_ / "home";
  const fs::path file = home / ".config" / "collector" / "collector.yaml";
  write_file(file, quick_rows);
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"HOME", home.string()}, {"XDG_CONFIG_HOME", ""}, {"XDG_STATE_HOME", ""}, {"STATE_DIRECTORY", ""}};
  const auto note = home / ".local" / "state" / "collector" / "configuration";
  {
    Process collector({binary(), "run"}, environment);
    ASSERT_TRUE(eventually([&] { return fs::exists(note) && !read_file(note).empty(); })) << collector.err();
    end(collector);
  }
  fs::rename(file, home / "away.yaml");
  Process collector({binary(), "run"}, environment);
  EXPECT_TRUE(eventually([&] { return collector.err().find("which is gone") != std::string::npos; }))
      << collector.err();
  EXPECT_NE(collector.err().find(file.string()), std::string::npos) << collector.err();
  end(collector);
}

// As the unit does it: root leaves them before the start and at each reload, the service is another user.
TEST_F(SecretsOfCommands, OnlyRootMayReadThem) {
  if (geteuid() != 0) GTEST_SKIP() << "root's files, and another user's service";
  const OtherUsers others(folder_);
  installation_.configure(quick_rows + "sinks: {a: {type: json, directory: \"${file:secret}-${NAME}\"}}\n");
  write_file(folder_ / "secret", "one\n");
  write_file(folder_ / "environment", "NAME=name\n");
  for (const char* file : {"secret", "environment"})
    fs::permissions(folder_ / file, fs::perms::owner_read);
  const fs::path runtime = others.own(folder_ / "runtime", 61234);
  others.own(installation_.state(), 61234);
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"RUNTIME_DIRECTORY", runtime.string()}};
  const auto as_root = [&](const std::string& command) {
    return run_process(installation_.command({command}), environment);
  };
  const auto service = others.as(61234, {}, {"--config", installation_.config_file().string(), "run"});

  EXPECT_EQ(run_process(service, environment).exit_code, 78) << "it may not read them itself";
  ASSERT_EQ(as_root("secrets").exit_code, 0);
  Process collector(service, environment);
  ASSERT_TRUE(eventually([&] { return fs::exists(installation_.state() / "one-name"); })) << collector.err();
  write_file(folder_ / "secret.new", "two\n");
  fs::permissions(folder_ / "secret.new", fs::perms::owner_read);
  fs::rename(folder_ / "secret.new", folder_ / "secret");
  const Finished reloaded = as_root("reload");
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.err;
  EXPECT_TRUE(eventually([&] { return fs::exists(installation_.state() / "two-name"); })) << collector.err();
  end(collector);
}

}  // namespace
}  // namespace collector::test
