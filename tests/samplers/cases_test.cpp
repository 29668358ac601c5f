// Every folder cases/<sampler>/<case>/ is a test of its own, without further code:
//   proc/ sys/ …    the root that the sampler is given
//   2/proc/ …       if there: the whole root one second later (what it lacks is gone), for a second reading
//   settings        if there: lines "name: value" (name.child for nested tables), in place of the defaults
//   expected.txt    what SamplerRun::reading() prints, readings parted by "# 1 s later"
// COLLECTOR_UPDATE_CASES=1 rewrites expected.txt: look at the difference before you keep it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string sampler;
  std::string name;
  fs::path folder;

  friend std::ostream& operator<<(std::ostream& out, const Case& a_case) {
    return out << a_case.folder.lexically_relative(source_directory()).string();
  }
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& sampler : fs::directory_iterator(source_directory() / "tests/samplers/cases"))
    for (const auto& folder : fs::directory_iterator(sampler.path()))
      cases.push_back({sampler.path().filename().string(), folder.path().filename().string(), folder.path()});
  std::ranges::sort(cases, {}, &Case::folder);
  return cases;
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.sampler + "_" + info.param.name;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

bool is_regular(const fs::path& file) {
  return fs::is_regular_file(fs::symlink_status(file));
}

// Makes `root` look like `folder`: regular files that are in both are written in place, so that a file kept
// open shows its new content, as those of the kernel do.
void become(const fs::path& root, const fs::path& folder) {
  std::vector<fs::path> gone;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (!fs::exists(fs::symlink_status(folder / entry.path().lexically_relative(root))))
      gone.push_back(entry.path());
  for (auto it = gone.rbegin(); it != gone.rend(); ++it) {
    const fs::path& path = *it;
    if (is_regular(path)) write_file(path, "");  // who still holds it open finds nothing in it
    fs::remove_all(path);
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path target = root / entry.path().lexically_relative(folder);
    if (entry.is_symlink()) {
      fs::remove(target);
      fs::copy_symlink(entry.path(), target);
    } else if (entry.is_directory()) {
      fs::create_directories(target);
    } else {
      write_file(target, read_file(entry.path()));
    }
  }
}

class SamplerCase : public testing::TestWithParam<Case> {};

TEST_P(SamplerCase, ReadsAsExpected) {
  const Case& a_case = GetParam();
  const TemporaryDirectory temporary;
  const fs::path root = temporary / "root";
  fs::create_directory(root);
  for (const char* top : {"proc", "sys"})
    if (fs::exists(a_case.folder / top))
      fs::copy(a_case.folder / top, root / top,
               fs::copy_options::recursive | fs::copy_options::copy_symlinks);

  SamplerRun run(sampler_type(a_case.sampler), root, case_settings(a_case.folder));
  std::string printed = run.reading();
  if (fs::exists(a_case.folder / "2")) {
    become(root, a_case.folder / "2");
    run.clock.advance(std::chrono::seconds(1));
    printed += "# 1 s later\n" + run.reading();
  }

  const fs::path expected = a_case.folder / "expected.txt";
  if (std::getenv("COLLECTOR_UPDATE_CASES") != nullptr) write_file(expected, printed);
  EXPECT_EQ(printed, read_file(expected)) << "COLLECTOR_UPDATE_CASES=1 rewrites " << expected;
}

INSTANTIATE_TEST_SUITE_P(Files, SamplerCase, testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace collector::test
