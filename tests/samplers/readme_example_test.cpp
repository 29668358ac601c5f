// The example of collector/samplers/ADDING.md is this very code: it compiles, and it works.
#include "tests/samplers/readme_example.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

TEST(SamplerReadme, ShowsTheExampleThatIsCompiledHere) {
  const std::string guide = read_file(source_directory() / "collector/samplers/ADDING.md");
  const std::string example = read_file(source_directory() / "tests/samplers/readme_example.h");
  EXPECT_NE(guide.find("```cpp\n" + example + "```\n"), std::string::npos)
      << "copy tests/samplers/readme_example.h into the cpp block of collector/samplers/ADDING.md";
}

TEST(SamplerReadme, NamesEverySamplerOfTheTable) {
  const std::string readme = read_file(source_directory() / "collector/samplers/README.md");
  for (const SamplerType& type : sampler_types())
    EXPECT_NE(readme.find(fmt::format("| `{}` |", type.component.name)), std::string::npos)
        << type.component.name;
}

TEST(SamplerReadme, TheExampleReads) {
  const TemporaryDirectory directory;
  SamplerRun run(handles_sampler(), directory.path());
  EXPECT_EQ(run.reading(), "absent: /proc/sys/fs/file-nr: No such file or directory\n");
  write_file(directory / "proc/sys/fs/file-nr", "1024\t0\t9223372036854775807\n");
  EXPECT_EQ(run.reading(), "handles open=1024\n");
  write_file(directory / "proc/sys/fs/file-nr", "many\n");
  EXPECT_EQ(run.reading(), "failed: /proc/sys/fs/file-nr: not a whole number: \"many\\x0a\"\n");
}

}  // namespace
}  // namespace collector::test
