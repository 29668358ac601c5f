// A configuration that the project ships, run by the built collector in a network of the test's own: eth0 is
// a bridge nobody is at, over which the test sends a known number of bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace collector::test {

class ShippedConfiguration {
 public:
  static constexpr std::int64_t sent = 2'000'000;  // bytes, by measure()

  // Enters the private network: to be made before any thread is started, and before the servers that it is to
  // reach by TCP.
  explicit ShippedConfiguration(std::filesystem::path file);

  void set(const std::string& variable, const std::string& value);  // of the collector's environment

  // A first run, traffic, and a second run, which stores it and delivers to every sink. Another call is
  // another machine, with a state directory of its own.
  void measure();
  std::filesystem::path state() const { return state_.back()->path(); }

 private:
  void once() const;

  std::filesystem::path file_;
  std::vector<std::unique_ptr<TemporaryDirectory>> state_;  // one per machine
  std::vector<std::pair<std::string, std::string>> environment_;
};

// The rows of an answer as sqlite3 and PostgresServer::query() give them, by column.
using Rows = std::vector<std::vector<std::string>>;
Rows rows_of(const std::string& answer);
// Those with `value` in a column, from 0.
Rows rows_with(const Rows& rows, std::size_t column, const std::string& value);
Rows rows_without(const Rows& rows, std::size_t column, const std::string& value);

}  // namespace collector::test
