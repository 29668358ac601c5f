// `status: {group: …}`: its members may look and change nothing, others not even that; with real users.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "tests/program/other_users.h"
#include "tests/program/program.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

constexpr unsigned service_user = 61235;
constexpr unsigned operators = 61300;
constexpr unsigned member = 61236;
constexpr unsigned stranger = 61237;

const std::string guarded =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {default: off, mem: on, net: {interfaces: {include: "
    "[\"*\"]}}}\nshutdown: "
    "{deadline: 1s}\n";

class StatusGroup : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "other users can only be played by root";
    others_.emplace(folder_);
    others_->own(installation_.state(), service_user);
    fs::permissions(installation_.state(), fs::perms(0700));
  }
  void configure(const std::string& more) const { installation_.configure(guarded + more); }
  void start(const std::vector<std::pair<std::string, std::string>>& environment) {
    collector_.emplace(others_->as(service_user, {operators}, {"--config", file_, "run"}), environment);
    ASSERT_TRUE(eventually([&] { return ask(0, {}, {"status"}).exit_code == 0; })) << collector_->err();
  }
  Finished ask(unsigned user, const std::vector<unsigned>& groups, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--config", file_});
    return run_process(others_->as(user, groups, arguments));
  }
  // The HTTP status of a request over that socket.
  std::string http(unsigned user, const std::vector<unsigned>& groups, const fs::path& socket,
                   const std::string& method, const std::string& target) const {
    return run_process(others_->as(user, groups, "/usr/bin/curl",
                                   {"-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method,
                                    "--unix-socket", socket.string(), "http://collector" + target}))
        .out;
  }
  // What a group that may look can and can't do.
  void look(const fs::path& socket) const {
    for (const auto& command : {"status", "config"}) {
      const Finished finished = ask(member, {operators}, {command});
      EXPECT_EQ(finished.exit_code, 0) << command << ": " << finished.err;
    }
    for (const auto& command : {"replay", "reload"}) {
      const Finished finished = ask(member, {operators}, {command});
      EXPECT_EQ(finished.exit_code, 73) << command << ": " << finished.err;
    }
    for (const char* target : {"/status", "/healthz", "/metrics", "/configuration", "/"})
      EXPECT_EQ(http(member, {operators}, socket, "GET", target), "200") << target;
    for (const char* target : {"/replay", "/reload", "/replay?sink=local"}) {
      EXPECT_EQ(http(member, {operators}, socket, "POST", target), "403") << target;
      EXPECT_EQ(http(service_user, {}, socket, "POST", target), "200") << target;
    }
    for (const char* method : {"POST", "PUT", "DELETE"})
      EXPECT_EQ(http(member, {operators}, socket, method, "/status"), "405") << method;
    EXPECT_EQ(ask(member, {7, operators, 8}, {"status"}).exit_code, 0) << "whichever of their groups it is";
    const Finished refused = ask(stranger, {member}, {"status"});
    EXPECT_EQ(refused.exit_code, 73) << refused.out << refused.err;
    EXPECT_EQ(refused.out, "");
    for (const char* name : {"spool.db", "collector.db", "lock"})
      for (const unsigned user : {member, stranger}) {
        const auto read =
            others_->as(user, {operators}, "/bin/cat", {(installation_.state() / name).string()});
        EXPECT_NE(run_process(read).exit_code, 0) << name << " is not theirs to read";
      }
    const auto list = others_->as(member, {operators}, "/bin/ls", {installation_.state().string()});
    EXPECT_NE(run_process(list).exit_code, 0) << "nor is what there is";
  }
  // What was counted, for those who may look and may not read the file.
  void ask_history(const fs::path& socket) const {
    ASSERT_TRUE(eventually([&] { return ask(member, {operators}, {"today"}).exit_code == 0; }))
        << ask(member, {operators}, {"today"}).err;
    const Finished all = ask(member, {operators}, {"all", "--json"});
    EXPECT_NE(all.out.find("\"open_window\":true"), std::string::npos) << all.out << all.err;
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"month", "--csv"}, {"top"}, {"week", "--line"}, {"export"}, {"report"}}) {
      const Finished finished = ask(member, {operators}, command);
      EXPECT_EQ(finished.exit_code, 0) << command.front() << finished.err;
      EXPECT_NE(finished.out, "") << command.front();
      EXPECT_EQ(finished.err, "") << command.front();
    }
    EXPECT_EQ(ask(member, {operators}, {"month", "--interface", "nosuch0"}).exit_code, 64);
    // The exported file is the client's own.
    const fs::path theirs = others_->own(folder_ / "theirs", member);
    EXPECT_EQ(ask(member, {operators}, {"export", "-o", (theirs / "all.csv").string()}).exit_code, 0);
    EXPECT_NE(read_file(theirs / "all.csv").find("received"), std::string::npos);
    const std::string file = (installation_.state() / "collector.db").string();
    EXPECT_EQ(ask(member, {operators}, {"today", "--db", file}).exit_code, 66);
    // Who is not in the group is told of the file, the collector, and what to do.
    const Finished refused = ask(stranger, {member}, {"today"});
    EXPECT_EQ(refused.exit_code, 66) << refused.out;
    EXPECT_EQ(refused.out, "");
    for (const char* part : {"collector.db", "the collector that runs: ", "status: {group: ", "usermod -aG"})
      EXPECT_NE(refused.err.find(part), std::string::npos) << part << ": " << refused.err;
    EXPECT_EQ(http(member, {operators}, socket, "GET", "/open-window"), "200");
    EXPECT_EQ(http(member, {operators}, socket, "POST", "/history"), "400") << "without words";
    EXPECT_EQ(http(member, {operators}, socket, "GET", "/history"), "405");
    // A configuration that only the service reads: the collector is found all the same.
    fs::permissions(installation_.config_file(), fs::perms(0600));
    ASSERT_EQ(chown(file_.c_str(), service_user, service_user), 0);
    const Finished blind = ask(member, {operators}, {"today"});
    EXPECT_EQ(blind.exit_code, 0) << blind.err;
    fs::permissions(installation_.config_file(), fs::perms(0644));
  }
  void end() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{guarded};
  const fs::path folder_ = installation_.config_file().parent_path();
  const std::string file_ = installation_.config_file().string();
  std::optional<OtherUsers> others_;
  std::optional<Process> collector_;
};

TEST_F(StatusGroup, LooksThroughTheRuntimeDirectory) {
  const fs::path runtime = others_->own(folder_ / "runtime", service_user);
  configure("status: {group: \"" + std::to_string(operators) + "\"}\n");
  start({{"RUNTIME_DIRECTORY", runtime.string()}});
  look(runtime / "status.sock");
  ask_history(runtime / "status.sock");
  EXPECT_EQ(http(stranger, {}, runtime / "status.sock", "GET", "/status"), "403");
  // Taken back while it runs: nobody has to be told to connect anew.
  configure("");
  ASSERT_EQ(ask(0, {}, {"reload"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return ask(member, {operators}, {"status"}).exit_code == 73; }));
  EXPECT_FALSE(fs::exists(runtime / "status.sock"));
  end();
}

TEST_F(StatusGroup, PassesThroughTheStateDirectoryWhereThereIsNoOther) {
  write_file(installation_.state() / "lock", "");
  ASSERT_EQ(chown((installation_.state() / "lock").c_str(), service_user, service_user), 0);
  configure("status: {group: \"" + std::to_string(operators) + "\"}\n");
  start({});
  struct stat status{};
  ASSERT_EQ(stat(installation_.state().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0710U);
  look(installation_.state() / "status.sock");
  ask_history(installation_.state() / "status.sock");
  configure("");
  ASSERT_EQ(ask(0, {}, {"reload"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return ask(member, {operators}, {"status"}).exit_code == 73; }));
  end();
}

TEST_F(StatusGroup, IsNobodyUnlessNamed) {
  start({});
  EXPECT_EQ(ask(member, {operators, service_user}, {"status"}).exit_code, 73);
  EXPECT_EQ(ask(service_user, {}, {"status"}).exit_code, 0);
  end();
  configure("status: {group: no-such-group}\n");
  const Finished checked = ask(0, {}, {"check"});
  EXPECT_EQ(checked.exit_code, 78);
  EXPECT_NE(checked.err.find("there is no group \"no-such-group\""), std::string::npos) << checked.err;
}

}  // namespace
}  // namespace collector::test
