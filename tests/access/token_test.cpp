#include "collector/access/token_text.h"

#include <gtest/gtest.h>

#include <set>

#include "collector/access/digest.h"

namespace collector {
namespace {

TEST(TokenText, HasAnIdentifierAnd256RandomBits) {
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 500; ++i) {
    const std::string id = random_identifier();
    const std::string secret = random_secret();
    EXPECT_EQ(secret.size(), 43U);
    EXPECT_TRUE(seen.insert(secret).second);
    characters.insert(secret.begin(), secret.end());
    const std::string text = token_text(id, secret);
    const auto parts = parse_token(text);
    ASSERT_TRUE(parts) << text;
    EXPECT_EQ(parts->id, id);
    EXPECT_EQ(parts->secret, secret);
    EXPECT_TRUE(text.starts_with("col_" + id + "_"));
  }
  EXPECT_EQ(characters.size(), 64U) << "every character of base64url comes";
}

TEST(TokenText, RefusesAllElse) {
  const std::string good = token_text(random_identifier(), random_secret());
  EXPECT_FALSE(parse_token(""));
  EXPECT_FALSE(parse_token("col_"));
  EXPECT_FALSE(parse_token(good + "A"));
  EXPECT_FALSE(parse_token(" " + good));
  EXPECT_FALSE(parse_token(good.substr(0, good.size() - 1)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string other = good;
    other[i] = '!';
    EXPECT_FALSE(parse_token(other)) << other;
    other[i] = '\0';
    EXPECT_FALSE(parse_token(other)) << i;
  }
}

// FIPS 180-4's own examples.
TEST(Digest, IsSha256) {
  EXPECT_EQ(hexadecimal(*sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hexadecimal(*sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const Digest digest = *sha256("abc");
  EXPECT_EQ(read_digest(hexadecimal(digest)), digest);
  EXPECT_FALSE(read_digest("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
  EXPECT_FALSE(read_digest("ba78"));
}

TEST(Digest, IsComparedAsAWhole) {
  const Digest a = *sha256("a");
  EXPECT_TRUE(is_same(a, a));
  for (std::size_t i = 0; i < a.size(); ++i) {
    Digest b = a;
    b.at(i) ^= 1U;
    EXPECT_FALSE(is_same(a, b));
  }
  EXPECT_TRUE(is_same_text("same", "same"));
  EXPECT_FALSE(is_same_text("same", "samf"));
  EXPECT_FALSE(is_same_text("same", "sam"));
}

}  // namespace
}  // namespace collector
