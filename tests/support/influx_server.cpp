#include "tests/support/influx_server.h"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "collector/formats/json_reader.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"

namespace collector::test {
namespace {

constexpr auto program = "/usr/bin/influxd";

}  // namespace

InfluxServer::InfluxServer(Options options) : options_(std::move(options)) {
  if (!std::filesystem::exists(program))
    throw std::runtime_error("influxd is missing; install Debian's influxdb");
  start();
  if (!options_.certificates && !options_.authentication) query("CREATE DATABASE telegraf");
}

InfluxServer::~InfluxServer() = default;

std::string InfluxServer::url() const {
  return fmt::format("{}://127.0.0.1:{}", options_.certificates ? "https" : "http", port_);
}

void InfluxServer::start() {
  // Another program may take a port between its choice and its use: then others are chosen.
  for (int i = 0; i < 5; ++i) {
    if (port_ == 0 || i > 0) {
      port_ = free_port();
      rpc_port_ = free_port();
    }
    std::string text = fmt::format(
        "reporting-disabled = true\nbind-address = \"127.0.0.1:{}\"\n[meta]\ndir = \"{}\"\n[data]\ndir = "
        "\"{}\"\n"
        "wal-dir = \"{}\"\nquery-log-enabled = false\n[monitor]\nstore-enabled = false\n"
        "[continuous_queries]\nenabled = false\n[http]\nbind-address = \"127.0.0.1:{}\"\nlog-enabled = "
        "false\n",
        rpc_port_, (directory_ / "meta").string(), (directory_ / "data").string(),
        (directory_ / "wal").string(), port_);
    if (options_.certificates)
      text += fmt::format("https-enabled = true\nhttps-certificate = \"{}\"\nhttps-private-key = \"{}\"\n",
                          options_.certificates->certificate.string(), options_.certificates->key.string());
    if (options_.unix_socket)
      text += fmt::format("unix-socket-enabled = true\nbind-socket = \"{}\"\n", socket().string());
    if (options_.authentication) text += "auth-enabled = true\n";
    write_file(directory_ / "influxdb.conf", text + options_.http_settings);
    process_ = std::make_unique<Process>(
        std::vector<std::string>{program, "-config", (directory_ / "influxdb.conf").string()},
        std::vector<std::pair<std::string, std::string>>{{"GOMAXPROCS", "2"}});
    if (options_.certificates) return;
    if (wait_for_http(port_, "/ping", *process_)) return;
  }
  throw std::runtime_error("influxd does not start:\n" + process_->err());
}

void InfluxServer::stop() {
  process_->end(SIGTERM);
}

void InfluxServer::kill() {
  process_->end(SIGKILL);
}

std::string InfluxServer::query(const std::string& influxql) const {
  const auto answer =
      http_request(port_, "/query?db=telegraf&epoch=ms&q=" + url_encoded(influxql), {}, "POST");
  if (answer.status != 200)
    throw std::runtime_error(fmt::format("{}: {} {}", influxql, answer.status, answer.body));
  return answer.body;
}

std::int64_t InfluxServer::number(const std::string& influxql) const {
  const auto answer = read_json_object(query(influxql));
  const JsonValue* at = answer ? answer->member("results") : nullptr;
  for (const char* key : {"series", "values"}) {
    if (at == nullptr || at->items.empty()) return 0;
    at = at->items[0].member(key);
  }
  return at == nullptr || at->items.empty() ? 0 : at->items[0].items.back().integer;
}

bool InfluxServer::is_empty() const {
  return query("SHOW MEASUREMENTS").find("values") == std::string::npos &&
         query("SHOW DATABASES").find("[[\"telegraf\"]]") != std::string::npos;
}

}  // namespace collector::test
