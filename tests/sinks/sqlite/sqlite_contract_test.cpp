// The SQLite sink's part in the contract of all sinks.
#include <filesystem>

#include "collector/sqlite/database.h"
#include "sinks/sqlite/sqlite_sink.h"
#include "tests/sinks/contract.h"
#include "tests/support/files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class SqliteTarget final : public ContractTarget {
 public:
  SqliteTarget() { settings_.set("path", std::string("collector.db")); }

  std::unique_ptr<Sink> make_sink() override {
    return sqlite_sink().create({"contract", directory_.path(), settings_, {}, clock_});
  }
  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    const auto database = sqlite::Database::open(file(), {});
    EXPECT_TRUE(database);
    auto select = database->prepare("SELECT host, interface, time, bytes_recv FROM net");
    EXPECT_TRUE(select);
    while (*select->step())
      rows.push_back({std::string(select->text(0)), std::string(select->text(1)),
                      select->integer(2) - first_second, select->integer(3)});
    return rows;
  }
  bool is_untouched() override { return std::filesystem::is_empty(directory_.path()); }
  void break_down() override { write_file(file(), std::string(4096, 'x')); }
  void mend() override { std::filesystem::remove(file()); }
  std::string refuse(std::int64_t bytes_recv) override {
    const auto database = sqlite::Database::open(file(), {});
    EXPECT_TRUE(database &&
                database->execute("CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = " +
                                  std::to_string(bytes_recv) + " BEGIN SELECT RAISE(ABORT, 'refused'); END"));
    return "";
  }
  bool merges_windows() const override { return true; }

 private:
  std::filesystem::path file() const { return directory_ / "collector.db"; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  Settings settings_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, SinkContract,
                         testing::Values(ContractCase{"sqlite",
                                                      [] { return std::make_unique<SqliteTarget>(); }}));

}  // namespace
}  // namespace collector::test
