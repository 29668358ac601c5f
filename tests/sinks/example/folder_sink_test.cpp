// The example of sinks/ADDING.md: it is there word for word, and it fulfils the contract of all sinks.
#include "tests/sinks/example/folder_sink.h"

#include <fstream>

#include "tests/sinks/contract.h"
#include "tests/support/files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class FolderTarget final : public ContractTarget {
 public:
  FolderTarget() { settings_.set("folder", std::string("batches")); }

  std::unique_ptr<Sink> make_sink() override {
    return folder_sink().create({"example", directory_.path(), settings_, {}, clock_});
  }
  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      if (entry.path().extension() == ".tmp") continue;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        auto row = parse_row_json(line);
        EXPECT_TRUE(row) << line;
        rows.push_back({row->host, row->tags["interface"], unix_seconds(row->time) - first_second,
                        std::get<std::int64_t>(row->fields["bytes_recv"])});
      }
    }
    return rows;
  }
  bool is_untouched() override { return std::filesystem::is_empty(directory_.path()); }
  void break_down() override { write_file(folder(), "in the way"); }
  void mend() override { std::filesystem::remove(folder()); }
  std::string refuse(std::int64_t) override { return "a file takes any text"; }
  bool merges_windows() const override { return false; }

 private:
  std::filesystem::path folder() const { return directory_ / "batches"; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  Settings settings_;
};

INSTANTIATE_TEST_SUITE_P(Example, SinkContract,
                         testing::Values(ContractCase{"folder",
                                                      [] { return std::make_unique<FolderTarget>(); }}));

TEST(SinksGuide, ShowsTheExampleThatIsTested) {
  const auto guide = read_file(source_directory() / "sinks/ADDING.md");
  const auto example = read_file(source_directory() / "tests/sinks/example/folder_sink.h");
  EXPECT_NE(guide.find("```cpp\n" + example + "```\n"), std::string::npos)
      << "paste tests/sinks/example/folder_sink.h into sinks/ADDING.md";
}

}  // namespace
}  // namespace collector::test
