#include "tests/program/shipped_configuration.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/program/program.h"
#include "tests/support/network.h"

namespace collector::test {

ShippedConfiguration::ShippedConfiguration(std::filesystem::path file) : file_(std::move(file)) {
  enter_private_network();
  // It says nothing of its own: a bridge that snoops on multicast would report what it listens to.
  ip_link("add eth0 type bridge mcast_snooping 0");
  ip_link("set eth0 multicast off");
  ip_link("set eth0 up");
}

void ShippedConfiguration::set(const std::string& variable, const std::string& value) {
  environment_.emplace_back(variable, value);
}

void ShippedConfiguration::measure() {
  state_.push_back(std::make_unique<TemporaryDirectory>());
  once();
  const auto before = kernel_counters("eth0").bytes_sent;
  FrameSender sender("eth0");
  while (sender.bytes() < sent)
    sender.send(1000);
  EXPECT_EQ(kernel_counters("eth0").bytes_sent - before, static_cast<std::uint64_t>(sent));
  once();
}

void ShippedConfiguration::once() const {
  auto environment = environment_;
  environment.emplace_back("STATE_DIRECTORY", state().string());
  const Finished run = run_process({binary(), "--config", file_.string(), "--once", "--sync"}, environment);
  EXPECT_EQ(run.exit_code, 0) << file_ << ": " << run.err;
}

Rows rows_of(const std::string& answer) {
  Rows rows;
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream columns(line + "|");
    for (std::string column; std::getline(columns, column, '|');)
      row.push_back(column);
  }
  return rows;
}

Rows rows_with(const Rows& rows, std::size_t column, const std::string& value) {
  Rows out;
  for (const auto& row : rows)
    if (column < row.size() && row[column] == value) out.push_back(row);
  return out;
}

Rows rows_without(const Rows& rows, std::size_t column, const std::string& value) {
  Rows out = rows;
  std::erase_if(out, [&](const auto& row) { return column < row.size() && row[column] == value; });
  return out;
}

}  // namespace collector::test
