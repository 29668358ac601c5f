// VictoriaMetrics of the test's own (Debian's victoria-metrics), on a free loopback port, gone at its end.
// Keeps everything, and one of samples with the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class VictoriaServer {
 public:
  explicit VictoriaServer(std::vector<std::string> flags = {"-retentionPeriod=100y"});
  ~VictoriaServer();
  VictoriaServer(const VictoriaServer&) = delete;
  VictoriaServer& operator=(const VictoriaServer&) = delete;

  struct Sample {
    std::string labels;  // the series, as JSON
    std::int64_t milliseconds = 0;
    double value = 0;

    friend auto operator<=>(const Sample&, const Sample&) = default;
  };

  std::uint16_t port() const { return port_; }
  std::string url() const;
  // All samples of the series that a selector names: {__name__="net_bytes_recv"}.
  std::vector<Sample> samples(const std::string& selector) const;
  void flush() const;  // makes what was written visible to queries
  bool is_empty() const;

  void start();  // on the same port, with the data there is
  void stop();
  void kill();

 private:
  std::vector<std::string> flags_;
  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace collector::test
