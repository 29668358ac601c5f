#include "tests/program/program.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "collector/sqlite/database.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"

namespace collector::test {

std::string binary() {
  return COLLECTOR_BINARY;
}

Installation::Installation(const std::string& yaml) : state_(directory_ / "state") {
  configure(yaml);
}

void Installation::configure(const std::string& yaml) const {
  write_file(config_file(), "state: " + state_.string() + "\n" + yaml);
}

std::vector<std::string> Installation::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{binary(), "--config", config_file().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

namespace {

sqlite::Database open_for_reading(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  return *std::move(database);
}

}  // namespace

std::int64_t Installation::query(const std::string& file, const std::string& sql) const {
  const auto value = open_for_reading(state_ / file).query_integer(sql);
  if (!value) throw std::runtime_error(value.error().what);
  return value->value_or(0);
}

std::string Installation::query_text(const std::string& file, const std::string& sql) const {
  const auto value = open_for_reading(state_ / file).query_text(sql);
  if (!value) throw std::runtime_error(value.error().what);
  return value->value_or("");
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 600; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return condition();
}

Recorded recorded_in_sqlite(const Installation& installation, const std::string& interface) {
  const auto sum = [&](const std::string& column) {
    return installation.query("collector.db",
                              "SELECT sum(" + column + ") FROM net WHERE interface='" + interface + "'");
  };
  // Before the first row there is no view yet.
  if (installation.query("collector.db", "SELECT count(*) FROM sqlite_master WHERE name='net'") == 0)
    return {};
  return {sum("bytes_recv"), sum("packets_recv"), sum("bytes_sent"), sum("packets_sent")};
}

Recorded recorded_in_json(const Installation& installation, const std::string& interface) {
  Recorded sums;
  for (const JsonRow& row : read_json_rows(installation.state() / "json")) {
    if (row.measurement != "net" || !row.tags.contains("interface") || row.tags.at("interface") != interface)
      continue;
    const auto field = [&](const char* name) {
      const auto found = row.fields.find(name);
      const bool number = found != row.fields.end() && std::holds_alternative<std::int64_t>(found->second);
      return number ? std::get<std::int64_t>(found->second) : 0;
    };
    sums.bytes_recv += field("bytes_recv");
    sums.packets_recv += field("packets_recv");
    sums.bytes_sent += field("bytes_sent");
    sums.packets_sent += field("packets_sent");
  }
  return sums;
}

}  // namespace collector::test
