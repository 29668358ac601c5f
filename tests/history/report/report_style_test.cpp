// The policy of a report's page names its style by hash: a style that was changed has another one.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "collector/history/report/report_forms.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

// What a command prints.
std::string printed_by(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error(command);
  std::string text;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr)
    text += part.data();
  if (pclose(pipe) != 0) throw std::runtime_error(command);
  return text;
}

TEST(ReportStyle, IsNamedByItsHash) {
  const TemporaryDirectory directory;
  const auto style = directory / "style";
  const auto hash = directory / "hash";
  std::ofstream(style) << history::report_style();
  const std::string named(history::report_style_hash());
  ASSERT_TRUE(named.starts_with("sha256-"));
  std::ofstream(hash) << named.substr(7);
  const std::string digest = printed_by("sha256sum < " + style.string()).substr(0, 64);
  const std::string told = printed_by("base64 -d " + hash.string() + " | od -An -tx1 | tr -d ' \\n'");
  EXPECT_EQ(told, digest);
}

}  // namespace
}  // namespace collector::test
