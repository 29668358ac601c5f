#include "collector/core/system_library.h"

#include <gtest/gtest.h>

#include "tests/support/no_descriptors.h"

namespace collector {
namespace {

TEST(SystemLibrary, BindsFunctionsByName) {
  auto library = SystemLibrary::load("libm.so.6", "libc6");
  ASSERT_TRUE(library) << library.error().error.what;
  double (*cosine)(double) = nullptr;
  library->bind(cosine, "cos");
  EXPECT_EQ(library->missing(), "");
  ASSERT_NE(cosine, nullptr);
  EXPECT_EQ(cosine(0.0), 1.0);
}

TEST(SystemLibrary, SaysWhichPackageToInstall) {
  const auto library = SystemLibrary::load("libnowhere.so.9", "libnowhere9");
  ASSERT_FALSE(library);
  EXPECT_NE(library.error().error.what.find("libnowhere.so.9"), std::string::npos);
  EXPECT_EQ(library.error().error.remedy, "install it: apt-get install libnowhere9");
  EXPECT_TRUE(library.error().lasting);
}

TEST(SystemLibrary, OneThatCanNotBeOpenedNowIsTriedAgainSoon) {
  {
    const test::NoDescriptors none;
    const auto library = SystemLibrary::load("libBrokenLocale.so.1", "libc6");
    ASSERT_FALSE(library);
    EXPECT_FALSE(library.error().lasting) << library.error().error.what;
  }
  EXPECT_TRUE(SystemLibrary::load("libBrokenLocale.so.1", "libc6"));
}

TEST(SystemLibrary, NamesTheFirstFunctionThatIsMissing) {
  auto library = SystemLibrary::load("libm.so.6", "libc6");
  ASSERT_TRUE(library);
  void (*first)() = nullptr;
  void (*second)() = nullptr;
  library->bind(first, "no_such_function").bind(second, "nor_this_one");
  EXPECT_NE(library->missing().find("no_such_function"), std::string::npos);
  EXPECT_EQ(library->missing().find("nor_this_one"), std::string::npos);
}

}  // namespace
}  // namespace collector
