#include "collector/access/access_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "collector/access/access_json.h"
#include "collector/access/changes.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

constexpr WallTime noon = WallTime(std::chrono::seconds(1'795'000'000));

AccessRecords some() {
  TokenRecord phone{.id = "abcdefgh23",
                    .name = "phone",
                    .role = Role::operating,
                    .tenant = "home",
                    .hosts = {"nas", "web-*", "\"q\""},
                    .digest = *sha256("x"),
                    .created = noon,
                    .expires = noon + std::chrono::hours(24),
                    .used = noon + std::chrono::hours(1)};
  TokenRecord plain{.id = "abcdefgh24", .name = "plain", .digest = *sha256("y"), .created = noon};
  return {{phone, plain}, {{"anna@example.org", Role::admin, "$y$j9T$salt$hash", noon, noon}}};
}

TEST(AccessJson, IsReadAsItWasWritten) {
  const auto read = parse_access(access_text(some()));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(*read, some());
  EXPECT_EQ(*parse_access(access_text({})), AccessRecords{});
}

std::string without(std::string text, std::string_view part, std::string_view instead = "") {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), instead);
}

TEST(AccessJson, IsReadStrictly) {
  const std::string text = access_text(some());
  for (const auto& [part, instead] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"\"version\": 1", "\"version\": 0"},
           {"\"version\": 1", "\"version\": \"1\""},
           {"\"version\": 1,", "\"version\": 1, \"more\": 1,"},
           {"\"id\":\"abcdefgh23\"", "\"id\":\"abcdefgh2\""},
           {"\"id\":\"abcdefgh23\"", "\"id\":\"abcdefgh24\""},
           {"\"name\":\"plain\"", "\"name\":\"phone\""},
           {"\"name\":\"plain\"", "\"name\":\"\""},
           {"\"name\":\"plain\"", "\"name\":\"a b\""},
           {"\"role\":\"operator\"", "\"role\":\"root\""},
           {"\"sha256\":\"2d", "\"sha256\":\"2D"},
           {"\"role\":\"admin\"", "\"role\":\"agent\""},
           {"$y$j9T$salt$hash", "$1$salt$hash"},
           {"2026-", "1926-"},
           {"Z\"", "\""},
           {"\"hosts\":[\"nas\"", "\"hosts\":[\"\""},
           {"\"hosts\":[\"nas\"", "\"hosts\":[\"[\""},
           {"\"hosts\":[\"nas\"", "\"hosts\":[1"},
           {"\"tenant\":\"home\"", "\"tenant\":\"\""},
           {"\"used\"", "\"usage\""},
           {"\"users\"", "\"people\""},
           {"}\n", "} {}\n"},
           {"\"password_set\"", "\"password_sat\""}})
    EXPECT_FALSE(parse_access(without(text, part, instead))) << part << " " << instead;
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    EXPECT_FALSE(parse_access(text.substr(0, size))) << size;
}

TEST(AccessJson, OfALaterVersionIsRefusedAsSuch) {
  const auto read = parse_access(R"({"version": 2, "passkeys": []})");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().what.find("is of version 2, which a later collector has written"),
            std::string::npos);
  EXPECT_FALSE(read.error().remedy.empty());
}

TEST(AccessFile, IsForItsOwnerAndReplacedAsAWhole) {
  const test::TemporaryDirectory state;
  const AccessFile file(state.path());
  EXPECT_EQ(file.stamp(), std::nullopt);
  EXPECT_EQ(*file.read(), AccessRecords{});
  ASSERT_TRUE(file.change([](AccessRecords& records) -> Result<> {
    records = some();
    return {};
  }));
  struct stat status{};
  ASSERT_EQ(stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(*file.read(), some());
  const auto stamp = file.stamp();
  ASSERT_TRUE(file.change([](AccessRecords& records) -> Result<> {
    records.users.clear();
    return {};
  }));
  EXPECT_NE(file.stamp(), stamp);
  EXPECT_TRUE(file.read()->users.empty());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(state.path()))
    names.push_back(entry.path().filename());
  EXPECT_EQ(names, std::vector<std::string>{"access.json"}) << "nothing else is left";
}

TEST(AccessFile, StaysWhenAChangeIsRefused) {
  const test::TemporaryDirectory state;
  const AccessFile file(state.path());
  ASSERT_TRUE(add_token(state.path(), {.name = "one"}, noon));
  const auto stamp = file.stamp();
  EXPECT_FALSE(file.change([](AccessRecords& records) -> Result<> {
    records = {};
    return fail("no");
  }));
  EXPECT_EQ(file.stamp(), stamp);
}

TEST(AccessFile, ThatIsNotToBeBelievedIsNeverOverwritten) {
  const test::TemporaryDirectory state;
  const AccessFile file(state.path());
  for (const std::string text : {"", "{}", "{\"version\": 2}", "nonsense"}) {
    test::write_file(file.path(), text);
    std::filesystem::permissions(file.path(), std::filesystem::perms(0600));
    const auto read = file.read();
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(read.error().lasting);
    EXPECT_NE(read.error().error.what.find(file.path().native()), std::string::npos);
    EXPECT_FALSE(read.error().error.remedy.empty());
    EXPECT_FALSE(add_token(state.path(), {.name = "one"}, noon));
    EXPECT_EQ(test::read_file(file.path()), text);
  }
}

TEST(AccessFile, ThatOthersCanWriteLetsNobodyIn) {
  const test::TemporaryDirectory state;
  ASSERT_TRUE(add_token(state.path(), {.name = "one"}, noon));
  const AccessFile file(state.path());
  for (const unsigned mode : {0620U, 0602U}) {
    std::filesystem::permissions(file.path(), std::filesystem::perms(mode));
    ASSERT_FALSE(file.read());
    EXPECT_TRUE(file.read().error().lasting);
  }
  std::filesystem::permissions(file.path(), std::filesystem::perms(0600));
  EXPECT_TRUE(file.read());
  std::filesystem::rename(file.path(), state / "elsewhere");
  std::filesystem::create_symlink(state / "elsewhere", file.path());
  EXPECT_TRUE(!file.read() && file.read().error().lasting) << "a link is not followed";
  std::filesystem::remove(file.path());
  ASSERT_EQ(mkfifo(file.path().c_str(), 0600), 0);
  EXPECT_TRUE(!file.read() && file.read().error().lasting) << "a pipe is not waited for";
}

TEST(AccessFile, LosesNothingOfManyWhoChangeItAtOnce) {
  const test::TemporaryDirectory state;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int j = 0; j < 10; ++j)
        EXPECT_TRUE(add_token(state.path(), {.name = "t" + std::to_string(10 * i + j)}, noon));
    });
  for (std::thread& each : threads)
    each.join();
  EXPECT_EQ(AccessFile(state.path()).read()->tokens.size(), 80U);
}

TEST(Changes, SayWhatIsWrong) {
  const test::TemporaryDirectory state;
  ASSERT_TRUE(add_token(state.path(), {.name = "phone"}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "phone"}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "my phone"}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "x", .tenant = "a b"}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "x", .hosts = {"["}}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "x", .hosts = {"\xff"}}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "x", .lasts = Duration(0)}, noon));
  EXPECT_FALSE(add_token(state.path(), {.name = "x", .lasts = Duration::max()}, noon));
  EXPECT_FALSE(remove_token(state.path(), "tablet"));
  EXPECT_FALSE(add_user(state.path(), "anna", Role::agent, "long enough", noon)) << "users look";
  EXPECT_FALSE(add_user(state.path(), "anna", Role::viewer, "short", noon));
  ASSERT_TRUE(add_user(state.path(), "anna", Role::viewer, "long enough", noon));
  EXPECT_FALSE(add_user(state.path(), "anna", Role::viewer, "long enough", noon));
  EXPECT_FALSE(may_add_user(state.path(), "anna"));
  EXPECT_TRUE(may_add_user(state.path(), "bert"));
  EXPECT_TRUE(has_user(state.path(), "anna"));
  EXPECT_FALSE(set_password(state.path(), "bert", "long enough", noon));
  EXPECT_FALSE(remove_user(state.path(), "bert"));
  EXPECT_TRUE(remove_user(state.path(), "anna"));
  EXPECT_TRUE(remove_token(state.path(), "phone"));
  EXPECT_EQ(*AccessFile(state.path()).read(), AccessRecords{});
}

TEST(Changes, KeepHashesOnly) {
  const test::TemporaryDirectory state;
  const auto made = add_token(state.path(), {.name = "phone"}, noon);
  ASSERT_TRUE(made);
  ASSERT_TRUE(add_user(state.path(), "anna", Role::viewer, "correct horse", noon));
  const std::string text = test::read_file(state / "access.json");
  EXPECT_EQ(text.find(made->text.substr(made->text.size() - 43)), std::string::npos);
  EXPECT_EQ(text.find("correct"), std::string::npos);
  EXPECT_NE(text.find(hexadecimal(*sha256(made->text))), std::string::npos);
}

TEST(Records, LetSomebodyReadWhoMayAlsoWhenExpired) {
  EXPECT_FALSE(may_anybody_read({}));
  EXPECT_FALSE(may_anybody_read({{{.id = "a", .name = "a", .role = Role::agent}}, {}}));
  EXPECT_TRUE(may_anybody_read({{{.id = "a", .name = "a", .role = Role::viewer, .expires = noon}}, {}}));
  EXPECT_TRUE(may_anybody_read(some()));
}

}  // namespace
}  // namespace collector
