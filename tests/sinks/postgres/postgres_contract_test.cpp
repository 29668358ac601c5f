// The Postgres sink's part in the contract of all sinks.
#include <sstream>

#include "sinks/postgres/postgres_sink.h"
#include "tests/sinks/contract.h"
#include "tests/sinks/postgres/postgres_settings.h"
#include "tests/support/manual_clock.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

class PostgresTarget final : public ContractTarget {
 public:
  std::unique_ptr<Sink> make_sink() override {
    return postgres_sink().create({"contract", {}, settings_, {}, clock_});
  }
  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    std::istringstream lines(server_.query(
        "SELECT host, interface, extract(epoch FROM time)::bigint, bytes_recv FROM collector.net"));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      StoredRow row;
      std::string second, bytes;
      std::getline(words, row.host, '|');
      std::getline(words, row.interface, '|');
      std::getline(words, second, '|');
      std::getline(words, bytes, '|');
      row.second = std::stoll(second) - first_second;
      row.bytes_recv = std::stoll(bytes);
      rows.push_back(row);
    }
    return rows;
  }
  bool is_untouched() override {
    return server_.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'collector'") == "0";
  }
  void break_down() override { server_.stop(); }
  void mend() override { server_.start(); }
  std::string refuse(std::int64_t bytes_recv) override {
    server_.query("ALTER TABLE collector.net_data ADD CONSTRAINT no CHECK (bytes_recv <> " +
                  std::to_string(bytes_recv) + ")");
    return "";
  }
  bool merges_windows() const override { return false; }

 private:
  PostgresServer server_;
  ManualClock clock_;
  Settings settings_ = postgres_settings(server_.url());
};

INSTANTIATE_TEST_SUITE_P(Postgres, SinkContract,
                         testing::Values(ContractCase{"postgres",
                                                      [] { return std::make_unique<PostgresTarget>(); }}));

}  // namespace
}  // namespace collector::test
