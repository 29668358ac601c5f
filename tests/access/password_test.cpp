#include "collector/access/password.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

TEST(Password, IsKeptAsYescryptWithASaltOfItsOwn) {
  const auto one = hash_password("correct horse battery");
  const auto other = hash_password("correct horse battery");
  ASSERT_TRUE(one) << one.error().error.text();
  ASSERT_TRUE(other);
  EXPECT_TRUE(one->starts_with("$y$")) << *one;
  EXPECT_NE(*one, *other);
  EXPECT_TRUE(is_password_hash(*one)) << *one;
  EXPECT_EQ(one->find("horse"), std::string::npos);
  EXPECT_TRUE(*is_password("correct horse battery", *one));
  EXPECT_FALSE(*is_password("correct horse batterz", *one));
  EXPECT_FALSE(*is_password("", *one));
}

// The work is done all the same: a hash of nobody's with the cost of every other.
TEST(Password, OfSomebodyUnknownIsHashedAndNeverRight) {
  const auto hash = hash_password("correct horse battery");
  const auto cost = [](const std::string& text) { return text.substr(0, text.find('$', 3)); };
  ASSERT_TRUE(hash);
  const auto got = is_password("correct horse battery", std::nullopt);
  ASSERT_TRUE(got) << "crypt(3) has taken it: " << got.error().error.text();
  EXPECT_FALSE(*got);
  EXPECT_EQ(cost(*hash), "$y$j9T") << "the hash in password.cpp has another cost than this library's";
}

TEST(Password, HasToBeLongEnoughAndTypable) {
  EXPECT_TRUE(mistake_in_password("1234567"));
  EXPECT_FALSE(mistake_in_password("12345678"));
  EXPECT_FALSE(mistake_in_password("gänse füßchen"));
  EXPECT_TRUE(mistake_in_password("with\ta tab"));
  EXPECT_TRUE(mistake_in_password(std::string("with\0nul!", 9)));
  EXPECT_TRUE(mistake_in_password(std::string(512, 'x')));
}

TEST(Password, OtherHashesAreNotTaken) {
  for (const char* other : {"", "$6$salt$hash", "*0", "!", "$y$j9T$salt", "$y$j9T$sa lt$hash", "x$y$j9T$a$b"})
    EXPECT_FALSE(is_password_hash(other)) << other;
}

}  // namespace
}  // namespace collector
