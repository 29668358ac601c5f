// The running collector's answers to commands of those who may not read its file, and what it refuses.
#include "collector/cli/history/history_desk.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "collector/app/catalog.h"
#include "collector/cli/exit_code.h"
#include "collector/cli/history/history_wire.h"
#include "collector/sqlite/database.h"
#include "config/environment.h"
#include "tests/cli/screens/screen_case.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class HistoryDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::copy_file(history_named("thinkpad"), file());
    desk_.emplace(open_window_, 10s);
    desk_->adopt(configuration("collector.db"));
  }
  std::filesystem::path file() const { return directory_ / "collector.db"; }
  Configuration configuration(const std::string& path) const {
    const auto read = parse_configuration(
        "state: " + directory_.path().string() + "\nsinks: {local: {type: sqlite, path: " + path + "}}\n",
        "test", catalog(), process_environment());
    if (!read) throw std::runtime_error(read.error().front().text());
    return *read;
  }
  // A question that has no end: the rows of the file are a view over all numbers.
  void make_endless() const {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database);
    ASSERT_TRUE(
        database->execute("ALTER TABLE net_data RENAME TO net_rows;"
                          "CREATE VIEW net_data AS SELECT r.* FROM net_rows AS r, (WITH RECURSIVE n(i) AS"
                          " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)"));
  }

  // Waits for its answer.
  http::Response asked(const std::string& body) {
    ask(body);
    return answer();
  }
  HistoryReply told(const std::vector<std::string>& words, const Terminal& terminal = {}) {
    const http::Response response = asked(history_request_text({words, terminal}));
    EXPECT_EQ(response.status, 200U) << response.body;
    const auto reply = parse_history_reply(response.body);
    EXPECT_TRUE(reply);
    return reply.value_or(HistoryReply{});
  }
  void ask(const std::string& body) {
    desk_->wait(body, [this](http::Response response) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(response));
      changed_.notify_all();
    });
  }
  http::Response answer() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !answers_.empty(); });
    http::Response first = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return first;
  }
  std::size_t answers() {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }

  TemporaryDirectory directory_;
  WakeUp loop_;  // which never comes: the file alone answers
  OpenWindowDesk open_window_{loop_};
  std::optional<HistoryDesk> desk_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Response> answers_;
};

TEST_F(HistoryDeskTest, AnswersAsTheCommandWouldOnThatTerminal) {
  const HistoryReply wide =
      told({"month", "--from", "2026-11", "--to", "2026-11"}, {.utf8 = true, .columns = 80});
  EXPECT_EQ(wide.exit_code, exit_code::done) << wide.said;
  EXPECT_NE(wide.text.find("November 2026"), std::string::npos) << wide.text;
  EXPECT_EQ(wide.said, "");
  const HistoryReply ascii =
      told({"month", "--from", "2026-11", "--to", "2026-11"}, {.utf8 = false, .columns = 40});
  EXPECT_NE(ascii.text, wide.text);
  for (const char c : ascii.text)
    ASSERT_GE(c, 0) << ascii.text;
  const HistoryReply json = told({"--config", "/nowhere.yaml", "all", "--json"});
  EXPECT_TRUE(json.text.starts_with("{\"from\""))
      << "whose configuration it is, is not for the client to say";
  EXPECT_EQ(told({"export", "--format", "csv", "-o", (directory_ / "out.csv").string()}).exit_code,
            exit_code::done);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "out.csv"))
      << "the client's file is the client's business";
}

TEST_F(HistoryDeskTest, SaysWhatTheCommandWouldSay) {
  const HistoryReply over = told({"month", "--from", "2026-11", "--to", "2026-11", "--cap", "1kB"});
  EXPECT_EQ(over.exit_code, exit_code::over);
  EXPECT_NE(over.said.find("over 1.00 kB"), std::string::npos) << over.said;
  EXPECT_NE(over.text, "");
  const HistoryReply name = told({"today", "--interface", "enp0s31f7"});
  EXPECT_EQ(name.exit_code, exit_code::usage);
  EXPECT_NE(name.said.find("enp0s31f6"), std::string::npos) << name.said;
  EXPECT_EQ(told({"todey"}).exit_code, exit_code::usage);
  EXPECT_NE(told({"today", "--help"}).text, "");
  desk_->adopt(configuration("nothing.db"));
  const HistoryReply none = told({"today"});
  EXPECT_EQ(none.exit_code, exit_code::no_history);
  EXPECT_NE(none.said.find("nothing.db: there is no history yet"), std::string::npos) << none.said;
}

TEST_F(HistoryDeskTest, DoesNothingElse) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"run"},
                                             {"status"},
                                             {"replay"},
                                             {"setup", "--yes"},
                                             {"--once"},
                                             {"config"},
                                             {"check", "/etc/shadow"}}) {
    const HistoryReply refused = told(words);
    EXPECT_EQ(refused.exit_code, exit_code::usage) << refused.said;
    EXPECT_EQ(refused.text, "");
  }
  const HistoryReply other = told({"today", "--db", file().string()});
  EXPECT_EQ(other.exit_code, exit_code::usage);
  EXPECT_NE(other.said.find("reads no other files"), std::string::npos) << other.said;
  for (const char* broken :
       {"", "today", "{}", "{\"words\":[1],\"interactive\":true}",
        R"({"words":["today"],"interactive":true,"colour":true,"utf8":true,"columns":-1})"})
    EXPECT_EQ(asked(broken).status, 400U) << broken;
}

TEST_F(HistoryDeskTest, AnAnswerHasALimit) {
  const HistoryReply many =
      told({"all", "--from", "2000-01-01", "--to", "2026-11-29", "--by", "hour", "--json"});
  EXPECT_EQ(many.exit_code, exit_code::usage) << many.said;
  EXPECT_NE(many.said, "");
  EXPECT_EQ(many.text, "");
}

TEST_F(HistoryDeskTest, AQuestionWithoutAnEndIsGivenUp) {
  make_endless();
  desk_.emplace(open_window_, 300ms);
  desk_->adopt(configuration("collector.db"));
  const HistoryReply given_up = told({"today"});
  EXPECT_EQ(given_up.exit_code, exit_code::no_history);
  EXPECT_NE(given_up.said.find("was given up after 300 ms"), std::string::npos) << given_up.said;
}

TEST_F(HistoryDeskTest, AFewMayWaitAndNoneHoldsUpTheEnd) {
  make_endless();
  desk_.emplace(open_window_, std::chrono::hours(1));
  desk_->adopt(configuration("collector.db"));
  const std::string question = history_request_text({{"today"}, {}});
  // One is under way or about to be, the others wait.
  for (std::size_t i = 0; i < most_waiting_histories + 2; ++i)
    ask(question);
  EXPECT_EQ(answer().status, 503U);
  EXPECT_LE(answers(), 1U);
  desk_->stop();
  desk_.reset();
  EXPECT_LE(answers(), 1U) << "who asked the end is answered by nobody";
}

TEST(HistoryWire, GoesThereAndBack) {
  const HistoryRequest request{{"today", "", "caf\xE9", "a\"b\n%41"},
                               {.interactive = true, .colour = true, .utf8 = false, .columns = 133}};
  const auto read = parse_history_request(history_request_text(request));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->words, request.words);
  EXPECT_TRUE(read->terminal.interactive && read->terminal.colour && !read->terminal.utf8);
  EXPECT_EQ(read->terminal.columns, 133U);
  const HistoryReply reply{66, "collector: caf\xE9\n", std::string("\0{\n\xFF", 4)};
  const auto back = parse_history_reply(history_reply_text(reply));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->exit_code, 66);
  EXPECT_EQ(back->said, reply.said);
  EXPECT_EQ(back->text, reply.text);
  EXPECT_FALSE(parse_history_reply("{}"));
  EXPECT_FALSE(parse_history_reply("{}\n"));
}

}  // namespace
}  // namespace collector::test
