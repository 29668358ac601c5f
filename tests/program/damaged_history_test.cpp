// A history that is taken away, cut off or replaced, is on a full or read-only disk, before it is asked,
// while the running collector answers from it, and while an export reads it: told with what to do, and never
// a number that is not so.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "collector/http/client.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class DamagedHistory : public testing::Test {
 protected:
  static constexpr const char* configuration =
      "host: laptop\ntimezone: UTC\ninterval: 200ms\nwindow: 1s\nflush: 1s\n"
      "samplers: {default: off, net: {}, mem: {}}\nsinks: {local: {type: sqlite, path: collector.db}}\n";
  // What tells of the imported year, which no run changes.
  static std::vector<std::vector<std::string>> questions() {
    return {{"days", "--from", "2025-01-01", "--to", "2025-02-28", "--interface", "past0", "--csv"},
            {"all", "--interface", "past0", "--to", "2025-12-31", "--json"},
            {"export", "--by", "hour", "--from", "2025-01-01", "--to", "2025-12-31", "--interface", "past0"},
            {"months", "--from", "2025-01-01", "--to", "2025-10-31", "--interface", "past0", "--csv"}};
  }

  DamagedHistory()
      : namespaces_((enter_namespaces(CLONE_NEWNS), 0)), disk_(installation_.state(), megabytes) {}
  void SetUp() override {
    for (int i = 0; i < 2; ++i)
      ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
    std::string past = "time,interface,down,up\n";
    for (int i = 0; i < 8000; ++i)
      past += std::to_string(1'735'689'600 + i * 3600) + ",past0,1000,10\n";
    write_file(installation_.state() / "past.csv", past);
    ASSERT_EQ(import().exit_code, 0);
    std::filesystem::copy_file(file(), installation_.state() / "good.db");
    for (const auto& question : questions()) {
      const Finished finished = installation_.run(question);
      ASSERT_EQ(finished.exit_code, 0) << finished.err;
      right_.push_back(without_now(finished.out));
    }
  }

  std::filesystem::path file() const { return installation_.state() / "collector.db"; }
  Finished import(bool dry = false) const {
    std::vector<std::string> words{"import", "--from", "csv", installation_.state() / "past.csv"};
    if (dry) words.emplace_back("--dry-run");
    return installation_.run(words);
  }
  void remove() const {
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(file().string() + ending);
  }
  void put_good_back() const {
    remove();
    std::filesystem::copy_file(installation_.state() / "good.db", file());
  }
  // JSON says when it was asked.
  static std::string without_now(std::string text) {
    for (const std::string key : {"\"now\":", "\"as_of\":", "\"time\":"})
      for (std::size_t at = 0; (at = text.find(key, at)) != std::string::npos; ++at)
        text.erase(at, text.find_first_of(",}", at) - at);
    return text;
  }
  // Either what is right, or nothing but the reason, and what to do about it.
  static void expect_told(const Finished& finished, int code) {
    EXPECT_EQ(finished.exit_code, code) << finished.err << finished.signal;
    EXPECT_EQ(finished.out, "");
    EXPECT_NE(finished.err.find("collector.db"), std::string::npos) << finished.err;
    EXPECT_NE(finished.err.find("; "), std::string::npos) << "nothing to do: " << finished.err;
  }
  void expect_all_told() const {
    for (const auto& question : questions()) {
      SCOPED_TRACE(question.front());
      expect_told(installation_.run(question), 66);
    }
    for (const bool dry : {true, false}) {
      const Finished finished = import(dry);
      expect_told(finished, 66);
      EXPECT_EQ(finished.err.find("spool"), std::string::npos)
          << "nothing of an import waits: " << finished.err;
    }
  }
  void expect_all_right() const {
    for (std::size_t i = 0; i < questions().size(); ++i) {
      const Finished finished = installation_.run(questions()[i]);
      EXPECT_EQ(finished.exit_code, 0) << finished.err;
      EXPECT_EQ(without_now(finished.out), right_[i]) << questions()[i].front();
    }
  }

  static constexpr std::size_t megabytes = std::size_t{8} << 20;
  const Installation installation_{configuration};
  const int namespaces_;
  const SmallDisk disk_;
  std::vector<std::string> right_;  // by question
};

TEST_F(DamagedHistory, IsToldWhateverIsAsked) {
  const auto size = std::filesystem::file_size(file());
  for (const std::uintmax_t left :
       {std::uintmax_t{0}, std::uintmax_t{50}, std::uintmax_t{4096}, size / 2, size - 1}) {
    SCOPED_TRACE(std::to_string(left) + " bytes are left");
    put_good_back();
    std::filesystem::resize_file(file(), left);
    expect_all_told();
  }
  remove();
  expect_all_told();
  std::filesystem::create_symlink("collector.db", file());
  expect_all_told();
  remove();
  const auto change = [&](const std::string& sql) {
    ASSERT_EQ(run_process({"/usr/bin/sqlite3", file(), sql}).exit_code, 0);
  };
  change("CREATE TABLE other(x); INSERT INTO other VALUES(1)");
  expect_all_told();
  put_good_back();
  change("PRAGMA user_version=99");
  expect_all_told();
  EXPECT_NE(installation_.run({"today"}).err.find("update this collector"), std::string::npos);
  put_good_back();
  expect_all_right();
}

TEST_F(DamagedHistory, OnAFullDiskItAnswers) {
  std::ofstream filler(installation_.state() / "filler", std::ios::binary);
  const std::string block(4096, 'x');
  while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush())
    continue;
  expect_all_right();
  const Finished more =
      installation_.run({"import", "--from", "csv", installation_.state() / "past.csv", "--host", "another"});
  expect_told(more, 66);
  EXPECT_NE(more.err.find("nothing was imported"), std::string::npos) << more.err;
  std::filesystem::remove(installation_.state() / "filler");
  expect_all_right();
  EXPECT_NE(import().out.find("Nothing was added."), std::string::npos);
}

// The index of a log can't be made there.
TEST_F(DamagedHistory, OnAReadOnlyDiskItAnswers) {
  std::filesystem::remove(file().string() + "-shm");
  disk_.set_read_only(true);
  expect_all_right();
  const Finished dry = import(true);
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_NE(dry.out.find("There is nothing to add."), std::string::npos) << dry.out;
  expect_told(import(), 66);
  disk_.set_read_only(false);
  expect_all_right();
}

// Over the socket: by the collector that writes it, which goes on.
TEST_F(DamagedHistory, IsToldByTheRunningCollector) {
  const std::string asked =
      R"({"words":["days","--from","2025-01-01","--to","2025-02-28","--interface","past0","--csv"],)"
      R"("interactive":false,"colour":false,"utf8":true,"columns":0})";
  Process collector(installation_.command({"run"}));
  const auto ask = [&] {
    const auto response = http::ask(installation_.state() / "status.sock", "POST", "/history", 30s, asked);
    return response ? response->body : response.error().what;
  };
  const std::string sum = ",24000,240,";  // of each day
  ASSERT_TRUE(eventually([&] { return ask().find(sum) != std::string::npos; })) << ask();
  const auto size = std::filesystem::file_size(installation_.state() / "good.db");
  const auto replace = [&] {
    std::filesystem::copy_file(installation_.state() / "good.db", installation_.state() / "next.db");
    std::filesystem::resize_file(installation_.state() / "next.db", size / 2);
    std::filesystem::rename(installation_.state() / "next.db", file());
  };
  for (const std::function<void()>& damage : std::vector<std::function<void()>>{
           [&] { std::filesystem::resize_file(file(), size / 2); },
           [&] { std::filesystem::resize_file(file(), 0); }, [&] { remove(); }, replace}) {
    damage();
    for (int i = 0; i < 5; ++i) {
      const std::string body = ask();
      EXPECT_NE(body.find("collector.db"), std::string::npos) << body;
      EXPECT_EQ(body.find(sum), std::string::npos) << body;
      EXPECT_NE(body.find("66"), std::string::npos) << body;
    }
    ASSERT_TRUE(collector.running()) << collector.err();
  }
  put_good_back();
  EXPECT_TRUE(eventually([&] { return ask().find(sum) != std::string::npos; })) << ask();
  collector.signal(SIGTERM);
  const auto finished = collector.wait(20s);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->signal, 0) << finished->err;
}

// An export is many transactions. What it has written by then is right, and its end says that it is not all.
TEST_F(DamagedHistory, IsToldInTheMiddleOfAnExport) {
  ASSERT_EQ(mkfifo((installation_.state() / "pipe").c_str(), 0600), 0);
  const auto question = questions()[2];
  for (const bool is_cut : {true, false}) {
    SCOPED_TRACE(is_cut ? "cut" : "removed");
    put_good_back();
    Process export_(
        installation_.command({"export", "--by", "hour", "--from", "2025-01-01", "--to", "2025-12-31",
                               "--interface", "past0", "-o", installation_.state() / "pipe"}));
    std::ifstream reader(installation_.state() / "pipe", std::ios::binary);
    std::string text(100'000, ' ');
    reader.read(text.data(), static_cast<std::streamsize>(text.size()));
    is_cut ? std::filesystem::resize_file(file(), 8192) : remove();
    text += std::string(std::istreambuf_iterator<char>(reader), {});
    const auto finished = export_.wait(60s);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->signal, 0);
    if (finished->exit_code == 0) {
      EXPECT_EQ(text, right_[2]);
    } else {
      EXPECT_EQ(finished->exit_code, 66) << finished->err;
      EXPECT_NE(finished->err.find("collector.db"), std::string::npos) << finished->err;
      EXPECT_TRUE(right_[2].starts_with(text));
    }
    EXPECT_TRUE(is_cut || finished->exit_code == 0) << "an open file stays: " << finished->err;
  }
}

}  // namespace
}  // namespace collector::test
