// A running collector whose configuration is edited, in the ways that people, tools and orchestrators do it.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "collector/sqlite/database.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/http_stub.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

const std::string fast = R"(
interval: 100ms
window: 1s
flush: 1s
samplers: {default: off, mem: on}
)";

class Reload : public ::testing::Test {
 protected:
  void start() {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return rows("a.db") > 0; })) << collector_->err();
  }
  // Zero also while the sink has yet to make its file and tables.
  std::int64_t rows(const std::string& file) const {
    if (!fs::exists(installation_.state() / file)) return 0;
    const bool made = installation_.query(file, "SELECT count(*) FROM sqlite_master WHERE name = 'mem'") > 0;
    return made ? installation_.query(file, "SELECT count(*) FROM mem") : 0;
  }
  bool said(const std::string& text, int times = 1) const {
    return eventually([&] {
      const std::string err = collector_->err();
      int count = 0;
      for (auto at = err.find(text); at != std::string::npos; at = err.find(text, at + 1))
        ++count;
      return count >= times;
    });
  }
  void end() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{fast + "sinks: {a: {type: sqlite, path: a.db}}\n"};
  std::optional<Process> collector_;
};

TEST_F(Reload, FileWrittenInPlace) {
  start();
  installation_.configure(fast + "sinks: {a: {type: sqlite, path: b.db}}\n");
  EXPECT_TRUE(said("reloaded (the file has changed): sink a: replace (path)")) << collector_->err();
  EXPECT_TRUE(eventually([&] { return rows("b.db") > 0; }));
  end();
}

TEST_F(Reload, FileReplacedByRename) {
  start();
  const fs::path fresh = installation_.config_file().string() + ".new";
  write_file(fresh, read_file(installation_.config_file()) + "tags: {site: home}\n");
  fs::rename(fresh, installation_.config_file());
  EXPECT_TRUE(said("reloaded (the file has changed): tags")) << collector_->err();
  // Its column comes with the first row that has the tag.
  const std::string columns = "SELECT count(*) FROM pragma_table_info('mem') WHERE name = 'site'";
  EXPECT_TRUE(eventually([&] { return installation_.query("a.db", columns) > 0; }));
  EXPECT_GT(installation_.query("a.db", "SELECT count(*) FROM mem WHERE site = 'home'"), 0);
  end();
}

TEST_F(Reload, SignalSaysWhatCameOfIt) {
  start();
  collector_->signal(SIGHUP);
  EXPECT_TRUE(said("reloaded (SIGHUP from pid")) << collector_->err();
  EXPECT_TRUE(said("nothing"));
  end();
}

TEST_F(Reload, ThatItWasAskedForIsInTheLog) {
  start();
  EXPECT_EQ(installation_.run({"reload"}).exit_code, 0);
  EXPECT_TRUE(said("reloaded (collector reload): nothing")) << collector_->err();
  EXPECT_FALSE(collector_->err().contains("SIGHUP")) << collector_->err();
  end();
}

TEST_F(Reload, BrokenFileChangesNothingAndTheMendedOneDoes) {
  start();
  const std::string good = read_file(installation_.config_file());
  const std::vector<std::string> broken{"junk: 1\n", "sinks: {a: {type: sqlite}", std::string("\0\xff", 2),
                                        ""};
  int refused = 0;
  for (const std::string& text : broken) {
    write_file(installation_.config_file(), text);
    EXPECT_TRUE(said("the previous configuration stays in force", ++refused)) << text << collector_->err();
  }
  fs::remove(installation_.config_file());
  EXPECT_TRUE(said("the previous configuration stays in force", ++refused)) << collector_->err();
  const std::int64_t before = rows("a.db");
  EXPECT_TRUE(eventually([&] { return rows("a.db") > before + 1; })) << "it goes on";
  write_file(installation_.config_file(), good + "tags: {site: home}\n");
  EXPECT_TRUE(said("reloaded (the file has changed): tags")) << collector_->err();
  end();
}

// A typo in what only the sink itself understands: it is refused, and the one of before goes on delivering.
TEST_F(Reload, TypoInASinksUrlTakesNoSinkDown) {
  HttpStub server([](const StubRequest&) { return StubReply{}; });
  const auto sinks = [](const std::string& url) {
    return fast + "sinks: {a: {type: sqlite, path: a.db}, i: {type: influx, url: \"" + url + "\"}}\n";
  };
  const auto delivered = [&] {
    std::size_t lines = 0;
    for (const StubRequest& request : server.requests())
      lines += request.body.empty() ? 0 : 1;
    return lines;
  };
  installation_.configure(sinks(server.url()));
  start();
  ASSERT_TRUE(eventually([&] { return delivered() > 0; })) << collector_->err();
  int refused = 0;
  const std::string address = server.url().substr(std::string("http://").size());
  for (const std::string& url : {address, "http://u:se@cret@" + address, server.url() + "/write"}) {
    installation_.configure(sinks(url));
    EXPECT_TRUE(said("the previous configuration stays in force", ++refused)) << url << collector_->err();
    EXPECT_TRUE(said("collector.yaml:7:63: sinks.i.url: ", refused)) << collector_->err();
    const std::size_t before = delivered();
    EXPECT_TRUE(eventually([&] { return delivered() > before + 1; })) << collector_->err();
  }
  EXPECT_EQ(collector_->err().find("cret"), std::string::npos) << collector_->err();
  end();
}

TEST_F(Reload, OtherStateDirectoryNeedsARestart) {
  start();
  write_file(installation_.config_file(), "state: /elsewhere\n");
  EXPECT_TRUE(said("state: can't change from")) << collector_->err();
  EXPECT_TRUE(said("restart it, or take the change back"));
  end();
}

TEST_F(Reload, SecretFileIsSwappedByASymbolicLink) {
  const fs::path folder = installation_.config_file().parent_path();
  for (const char* name : {"one", "two"}) {
    fs::create_directory(folder / (std::string("..") + name));
    write_file(folder / (std::string("..") + name) / "name", std::string(name) + ".db\n");
  }
  fs::create_directory_symlink("..one", folder / "..data");
  fs::create_symlink("..data/name", folder / "name");
  installation_.configure(
      fast + "sinks: {s: {type: sqlite, path: '${file:name}'}, a: {type: sqlite, path: a.db}}\n");
  start();
  fs::create_directory_symlink("..two", folder / "..next");
  fs::rename(folder / "..next", folder / "..data");
  EXPECT_TRUE(said("sink s: replace (path)")) << collector_->err();
  EXPECT_TRUE(eventually([&] { return rows("two.db") > 0; }));
  end();
}

// A named pipe that nobody writes to would keep its reader waiting: a start, a reload, and who asks for one.
TEST_F(Reload, ANamedPipeInPlaceOfTheFileIsRefusedAtOnce) {
  start();
  fs::remove(installation_.config_file());
  ASSERT_EQ(mkfifo(installation_.config_file().c_str(), 0600), 0);
  const std::string what = "collector.yaml: is a named pipe, not an ordinary file";
  EXPECT_TRUE(said(what)) << collector_->err();
  const Finished reload = installation_.run({"reload"});
  EXPECT_EQ(reload.exit_code, 78) << reload.err;
  EXPECT_NE(reload.err.find(what), std::string::npos) << reload.err;
  for (const char* command : {"check", "run", "--once", "sample"}) {
    const Finished refused = installation_.run({command});
    EXPECT_EQ(refused.exit_code, 78) << command << refused.err;
    EXPECT_NE(refused.err.find(what), std::string::npos) << command << refused.err;
  }
  const auto before = rows("a.db");
  EXPECT_TRUE(eventually([&] { return rows("a.db") > before; })) << "goes on as it was";
  end();
}

// Held by a lock of another process, whose holder does not let go: the call waits for seconds.
TEST_F(Reload, SinkThatHangsHoldsUpNeitherTheReloadNorTheOthers) {
  start();
  const auto lock = sqlite::Database::open(installation_.state() / "a.db", {});
  ASSERT_TRUE(lock);
  ASSERT_TRUE(lock->execute("BEGIN IMMEDIATE"));
  const auto before = std::chrono::steady_clock::now();
  installation_.configure(fast + "sinks: {a: {type: sqlite, path: b.db}, c: {type: sqlite, path: c.db}}\n");
  collector_->signal(SIGHUP);
  EXPECT_TRUE(said("): sink a: replace (path); sink c: add")) << collector_->err();
  EXPECT_TRUE(eventually([&] { return rows("b.db") > 0 && rows("c.db") > 0; })) << collector_->err();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(25));
  end();
}

}  // namespace
}  // namespace collector::test
