// The built collector, run as a user would run it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

std::string binary();  // its path

// A state directory and a configuration file of the test's own.
class Installation {
 public:
  // `yaml` is the configuration beside `state:`, which points into the temporary directory.
  explicit Installation(const std::string& yaml);

  const std::filesystem::path& state() const { return state_; }
  std::filesystem::path config_file() const { return directory_ / "collector.yaml"; }
  void configure(const std::string& yaml) const;  // replaces the configuration

  // collector --config FILE ARGUMENTS…
  std::vector<std::string> command(const std::vector<std::string>& arguments) const;
  Finished run(const std::vector<std::string>& arguments) const { return run_process(command(arguments)); }

  // First column of the first row of a query on a SQLite file of the state directory; 0 for NULL. Throws on
  // errors.
  std::int64_t query(const std::string& file, const std::string& sql) const;
  std::string query_text(const std::string& file, const std::string& sql) const;

 private:
  TemporaryDirectory directory_;
  std::filesystem::path state_;
};

// Looks at a condition twenty times a second until it holds or half a minute is over; whether it held.
bool eventually(const std::function<bool()>& condition);

// What the collector recorded of one interface, summed over all rows.
struct Recorded {
  std::int64_t bytes_recv = 0;
  std::int64_t packets_recv = 0;
  std::int64_t bytes_sent = 0;
  std::int64_t packets_sent = 0;
};
Recorded recorded_in_sqlite(const Installation& installation, const std::string& interface);
Recorded recorded_in_json(const Installation& installation, const std::string& interface);

}  // namespace collector::test
