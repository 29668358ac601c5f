// InfluxDB 1.x of the test's own (Debian's influxd), on a free loopback port, gone at its end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class InfluxServer {
 public:
  struct Options {
    std::optional<Certificates> certificates{};  // https
    bool unix_socket = false;                    // at socket()
    bool authentication = false;  // as `writer` with `password`, once start() has made that user
    std::string http_settings{};  // further lines of [http]
  };

  InfluxServer() : InfluxServer(Options()) {}
  explicit InfluxServer(Options options);  // with database `telegraf`
  ~InfluxServer();
  InfluxServer(const InfluxServer&) = delete;
  InfluxServer& operator=(const InfluxServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const;
  std::filesystem::path socket() const { return directory_ / "influx.sock"; }

  // In InfluxQL, in database `telegraf`; JSON, with times in milliseconds. Not over https.
  std::string query(const std::string& influxql) const;
  // The only number of such an answer; 0 when there is none.
  std::int64_t number(const std::string& influxql) const;
  // How many databases and points a writer has left behind: `telegraf` is there and empty.
  bool is_empty() const;

  void start();  // on the same port, with the data there is
  void stop();
  void kill();  // without a warning

 private:
  Options options_;
  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  std::uint16_t rpc_port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace collector::test
