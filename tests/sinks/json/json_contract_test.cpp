// The JSON sink's part in the contract of all sinks.
#include "sinks/json/json_sink.h"
#include "tests/sinks/contract.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

// Small files, so that the contract's kills meet rotation and compression too.
class JsonTarget final : public ContractTarget {
 public:
  JsonTarget() {
    settings_.set("directory", std::string("json"));
    settings_.set("rotate", Duration(std::chrono::minutes(10)));
    settings_.set("rotate_size", std::uint64_t{4096});
    settings_.set("compress", std::string("zstd"));
  }

  std::unique_ptr<Sink> make_sink() override {
    return json_sink().create({"contract", directory_.path(), settings_, {}, clock_});
  }
  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    for (const JsonRow& row : read_json_rows(directory_ / "json"))
      rows.push_back({row.host, row.tags.at("interface"), unix_seconds(row.time) - first_second,
                      std::get<std::int64_t>(row.fields.at("bytes_recv"))});
    return rows;
  }
  bool is_untouched() override { return std::filesystem::is_empty(directory_.path()); }
  void break_down() override { write_file(directory_ / "json", "a file where the directory should be"); }
  void mend() override { std::filesystem::remove(directory_ / "json"); }
  std::string refuse(std::int64_t) override { return "every row can be a line of text"; }
  bool merges_windows() const override { return false; }

 private:
  TemporaryDirectory directory_;
  ManualClock clock_;
  Settings settings_;
};

INSTANTIATE_TEST_SUITE_P(Json, SinkContract,
                         testing::Values(ContractCase{"json",
                                                      [] { return std::make_unique<JsonTarget>(); }}));

}  // namespace
}  // namespace collector::test
