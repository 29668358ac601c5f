// The Influx sink's part in the contract of all sinks, with InfluxDB and with VictoriaMetrics.
#include <memory>
#include <string>

#include "collector/formats/json_reader.h"
#include "sinks/influx/influx_sink.h"
#include "tests/sinks/contract.h"
#include "tests/sinks/influx/influx_fixture.h"
#include "tests/support/influx_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

constexpr std::int64_t row_seconds = 30;

// The row's start from its line's stamp, which is its end plus a millisecond per step of the clock.
std::int64_t start_of(std::int64_t milliseconds) {
  return milliseconds / 1000 - row_seconds - first_second;
}

class HttpTarget : public ContractTarget {
 public:
  explicit HttpTarget(const std::string& url)
      : settings_(default_settings(influx_sink().component.settings)) {
    settings_.set("url", url);
  }
  std::unique_ptr<Sink> make_sink() override {
    return influx_sink().create({"contract", "/nowhere", settings_, {}, clock_});
  }
  bool merges_windows() const override { return false; }

 private:
  ManualClock clock_;
  Settings settings_;
};

class InfluxTarget final : public HttpTarget {
 public:
  explicit InfluxTarget(std::unique_ptr<InfluxServer> server)
      : HttpTarget(server->url()), server_(std::move(server)) {}

  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    const auto answer = read_json_object(server_->query("SELECT host, interface, bytes_recv FROM net"));
    EXPECT_TRUE(answer);
    const JsonValue* series = answer->member("results")->items.at(0).member("series");
    if (series == nullptr) return rows;
    for (const JsonValue& row : series->items.at(0).member("values")->items)
      rows.push_back({row.items.at(1).text, row.items.at(2).text, start_of(row.items.at(0).integer),
                      row.items.at(3).integer});
    return rows;
  }
  bool is_untouched() override { return server_->is_empty(); }
  void break_down() override { server_->kill(); }
  void mend() override { server_->start(); }
  std::string refuse(std::int64_t) override {
    return "InfluxDB refuses by type, time and length, not by value: see poison_test.cpp";
  }

 private:
  std::unique_ptr<InfluxServer> server_;
};

class VictoriaTarget final : public HttpTarget {
 public:
  explicit VictoriaTarget(std::unique_ptr<VictoriaServer> server)
      : HttpTarget(server->url()), server_(std::move(server)) {}

  std::vector<StoredRow> read_back() override {
    std::vector<StoredRow> rows;
    for (const auto& sample : server_->samples("{__name__=\"net_bytes_recv\"}")) {
      const auto value_of = [&](const std::string& key) {
        const auto begin = sample.labels.find("," + key + "=") + key.size() + 2;
        return sample.labels.substr(begin, sample.labels.find(',', begin) - begin);
      };
      rows.push_back({value_of("host"), value_of("interface"), start_of(sample.milliseconds),
                      static_cast<std::int64_t>(sample.value)});
    }
    return rows;
  }
  bool is_untouched() override { return server_->is_empty(); }
  void break_down() override { server_->kill(); }
  void mend() override { server_->start(); }
  std::string refuse(std::int64_t) override { return "VictoriaMetrics answers 204 to everything"; }

 private:
  std::unique_ptr<VictoriaServer> server_;
};

template <typename Target, typename Server>
ContractCase contract_case(std::string name) {
  return {std::move(name), [] { return std::make_unique<Target>(std::make_unique<Server>()); }};
}

INSTANTIATE_TEST_SUITE_P(Influx, SinkContract,
                         testing::Values(contract_case<InfluxTarget, InfluxServer>("influxdb"),
                                         contract_case<VictoriaTarget, VictoriaServer>("victoria-metrics")));

}  // namespace
}  // namespace collector::test
