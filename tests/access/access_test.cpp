#include "collector/access/access.h"
#include "collector/access/access_file.h"

#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
using Kind = SignInRefusal::Kind;

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    access_.on_gone([this](const std::string& credential) { gone_.push_back(credential); });
  }
  std::string token(const NewToken& wanted) {
    const auto made = add_token(state_.path(), wanted, clock_.now().wall);
    EXPECT_TRUE(made) << made.error().text();
    return made->text;
  }
  void user(const std::string& name, const std::string& password, Role role = Role::viewer) {
    const auto added = add_user(state_.path(), name, role, password, clock_.now().wall);
    EXPECT_TRUE(added) << added.error().text();
  }
  std::string code_session(Role role) { return access_.sign_in(access_.make_code(role))->token; }

  test::TemporaryDirectory state_;
  test::ManualClock clock_;
  Access access_{state_.path(), clock_};
  std::vector<std::string> gone_;
};

TEST_F(AccessTest, KnowsATokenByItsWholeText) {
  const std::string text =
      token({.name = "phone", .role = Role::operating, .tenant = "home", .hosts = {"nas"}});
  const auto caller = access_.find(text);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->role, Role::operating);
  EXPECT_FALSE(caller->is_anonymous);
  EXPECT_EQ(caller->name, "phone");
  EXPECT_EQ(caller->tenant, "home");
  EXPECT_EQ(caller->hosts, std::vector<std::string>{"nas"});
  EXPECT_TRUE(access_.is_valid(caller->credential));
  for (const std::size_t at : {text.size() - 1, text.size() - 43, std::size_t{4}}) {
    std::string other = text;
    other[at] = other[at] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(access_.find(other)) << other;
  }
  EXPECT_FALSE(access_.find(""));
}

TEST_F(AccessTest, RemovalActsOnTheNextRequestAndClosesStreams) {
  const std::string text = token({.name = "phone"});
  const std::string other = token({.name = "tablet"});
  const auto caller = access_.find(text);
  ASSERT_TRUE(caller);
  ASSERT_TRUE(remove_token(state_.path(), "phone"));
  EXPECT_FALSE(access_.find(text));
  EXPECT_EQ(gone_, std::vector<std::string>{caller->credential});
  EXPECT_FALSE(access_.is_valid(caller->credential));
  EXPECT_TRUE(access_.find(other));
  ASSERT_TRUE(add_token(state_.path(), {.name = "phone"}, clock_.now().wall));
  EXPECT_FALSE(access_.find(text)) << "another token of the same name is another token";
}

TEST_F(AccessTest, RemovalOfTheFileIsThatOfAll) {
  const std::string text = token({.name = "phone"});
  ASSERT_TRUE(access_.find(text));
  std::filesystem::remove(state_ / "access.json");
  EXPECT_FALSE(access_.find(text));
  EXPECT_EQ(gone_.size(), 1U);
}

TEST_F(AccessTest, ExpiryActsOnTheNextRequestAndClosesStreamsOnce) {
  const std::string text = token({.name = "phone", .lasts = 90s});
  const auto caller = access_.find(text);
  ASSERT_TRUE(caller);
  clock_.advance(89s);
  access_.refresh();
  EXPECT_TRUE(gone_.empty());
  EXPECT_TRUE(access_.find(text));
  clock_.advance(1s);
  access_.refresh();  // as a stream does each second, without any request
  access_.refresh();
  EXPECT_EQ(gone_, std::vector<std::string>{caller->credential});
  EXPECT_FALSE(access_.find(text));
  EXPECT_FALSE(access_.is_valid(caller->credential));
}

TEST_F(AccessTest, PasswordsGiveSessionsOfThirtyDays) {
  user("anna", "correct horse", Role::operating);
  EXPECT_EQ(access_.sign_in("anna", "correct mouse", "1.2.3.4").error().kind, Kind::wrong);
  EXPECT_EQ(access_.sign_in("bert", "correct horse", "1.2.3.5").error().kind, Kind::wrong);
  clock_.advance(1min);
  const auto in = access_.sign_in("anna", "correct horse", "1.2.3.4");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->caller.role, Role::operating);
  EXPECT_EQ(in->caller.name, "anna");
  EXPECT_EQ(in->expires, std::chrono::floor<std::chrono::seconds>(clock_.now().wall + 24h * 30));
  ASSERT_TRUE(access_.find(in->token));
  clock_.advance(24h * 30 - 1s);
  EXPECT_TRUE(access_.find(in->token));
  clock_.advance(1s);
  EXPECT_FALSE(access_.find(in->token));
  EXPECT_EQ(gone_, std::vector<std::string>{in->caller.credential});
}

TEST_F(AccessTest, ChangeOfPasswordEndsSessionsOfThatUser) {
  user("anna", "correct horse");
  user("bert", "battery staple");
  const auto anna = access_.sign_in("anna", "correct horse", "a");
  const auto bert = access_.sign_in("bert", "battery staple", "a");
  ASSERT_TRUE(anna && bert);
  ASSERT_TRUE(set_password(state_.path(), "anna", "correct horse", clock_.now().wall)) << "also to the same";
  EXPECT_FALSE(access_.find(anna->token));
  EXPECT_TRUE(access_.find(bert->token));
  EXPECT_EQ(gone_, std::vector<std::string>{anna->caller.credential});
  ASSERT_TRUE(remove_user(state_.path(), "bert"));
  EXPECT_FALSE(access_.find(bert->token));
  EXPECT_EQ(access_.sign_in("bert", "battery staple", "a").error().kind, Kind::wrong);
}

TEST_F(AccessTest, SessionsHaveTheRoleThatTheUserHasNow) {
  user("anna", "correct horse", Role::admin);
  const auto in = access_.sign_in("anna", "correct horse", "a");
  ASSERT_TRUE(in);
  ASSERT_TRUE(AccessFile(state_.path()).change([](AccessRecords& records) -> Result<> {
    records.users.front().role = Role::viewer;
    return {};
  }));
  EXPECT_EQ(access_.find(in->token)->role, Role::viewer);
  EXPECT_EQ(gone_, std::vector<std::string>{in->caller.credential}) << "streams begin again with its rights";
}

TEST_F(AccessTest, CodesAreForOneUseWithinAMinuteAndHaveTheirRole) {
  const std::string code = access_.make_code(Role::admin);
  EXPECT_EQ(code.size(), 43U);
  const auto in = access_.sign_in(code);
  ASSERT_TRUE(in);
  EXPECT_EQ(in->caller.role, Role::admin);
  EXPECT_EQ(access_.find(in->token)->role, Role::admin);
  EXPECT_EQ(access_.sign_in(code).error().kind, Kind::wrong) << "single use";
  const std::string early = access_.make_code(Role::viewer);
  clock_.advance(59s);
  const std::string late = access_.make_code(Role::viewer);
  clock_.advance(1s);
  EXPECT_FALSE(access_.sign_in(early));
  EXPECT_EQ(access_.sign_in(late)->caller.role, Role::viewer);
  EXPECT_FALSE(access_.sign_in(""));
}

TEST_F(AccessTest, TicketsAreForOneUseWithinHalfAMinuteAndEndWithTheirCredential) {
  const std::string text = token({.name = "phone"});
  const Caller caller = *access_.find(text);
  const std::string ticket = access_.make_ticket(caller);
  EXPECT_EQ(access_.take_ticket(ticket)->credential, caller.credential);
  EXPECT_FALSE(access_.take_ticket(ticket));
  const std::string old = access_.make_ticket(caller);
  clock_.advance(30s);
  EXPECT_FALSE(access_.take_ticket(old));
  const std::string orphan = access_.make_ticket(caller);
  ASSERT_TRUE(remove_token(state_.path(), "phone"));
  EXPECT_FALSE(access_.take_ticket(orphan));
  Caller anonymous;
  anonymous.role = Role::viewer;
  EXPECT_TRUE(access_.take_ticket(access_.make_ticket(anonymous))->is_anonymous);
}

TEST_F(AccessTest, SignOutEndsASessionAndNoToken) {
  const std::string session = code_session(Role::viewer);
  const std::string credential = access_.find(session)->credential;
  EXPECT_TRUE(access_.sign_out(credential));
  EXPECT_FALSE(access_.find(session));
  EXPECT_EQ(gone_, std::vector<std::string>{credential});
  EXPECT_FALSE(access_.sign_out(credential));
  const std::string text = token({.name = "phone"});
  EXPECT_FALSE(access_.sign_out(access_.find(text)->credential));
  EXPECT_TRUE(access_.find(text));
}

TEST_F(AccessTest, PasswordsAreTriedFiveTimesAMinuteFromAnAddress) {
  user("anna", "correct horse");
  ASSERT_EQ(access_.sign_in("anna", "wrong pass", "10.0.0.1").error().kind, Kind::wrong);
  const auto again = access_.sign_in("anna", "correct horse", "10.0.0.1");
  ASSERT_FALSE(again) << "also the right one has to wait, and no hash is made";
  EXPECT_EQ(again.error().kind, Kind::too_often);
  EXPECT_EQ(again.error().wait, 1s);
  EXPECT_TRUE(access_.sign_in("anna", "correct horse", "10.0.0.2")) << "others need not wait";
}

TEST_F(AccessTest, ABrokenFileLetsNobodyInAndCodesStillWork) {
  const std::string text = token({.name = "phone"});
  user("anna", "correct horse");
  ASSERT_TRUE(access_.find(text));
  const std::string good = test::read_file(state_ / "access.json");
  test::write_file(state_ / "access.json", good.substr(0, good.size() / 2));
  EXPECT_FALSE(access_.find(text));
  EXPECT_EQ(gone_.size(), 1U);
  EXPECT_FALSE(access_.sign_in("anna", "correct horse", "a"));
  EXPECT_FALSE(access_.tokens());
  EXPECT_TRUE(access_.find(code_session(Role::admin)));
  test::write_file(state_ / "access.json", good);
  EXPECT_TRUE(access_.find(text));
}

TEST_F(AccessTest, RemembersTheLastUseAndStoresItHourly) {
  const std::string text = token({.name = "phone"});
  EXPECT_FALSE(access_.has_use_to_store());
  ASSERT_TRUE(access_.find(text));
  EXPECT_EQ(access_.tokens()->front().used, std::chrono::floor<std::chrono::seconds>(clock_.now().wall));
  EXPECT_TRUE(access_.has_use_to_store());
  EXPECT_FALSE(access_.has_use_to_store()) << "once an hour";
  access_.store_use();
  const auto first = AccessFile(state_.path()).read()->tokens.front().used;
  EXPECT_EQ(first, std::chrono::floor<std::chrono::seconds>(clock_.now().wall));
  clock_.advance(30min);
  ASSERT_TRUE(access_.find(text));
  EXPECT_TRUE(gone_.empty()) << "use is no change of rights";
  EXPECT_FALSE(access_.has_use_to_store());
  clock_.advance(31min);
  EXPECT_TRUE(access_.has_use_to_store());
}

TEST_F(AccessTest, ManySessionsMakeRoomForNewOnes) {
  const std::string first = code_session(Role::viewer);
  clock_.advance(1s);
  for (int i = 0; i < 1000; ++i)
    code_session(Role::viewer);
  EXPECT_FALSE(access_.find(first));
  EXPECT_EQ(gone_.size(), 1U);
}

}  // namespace
}  // namespace collector
