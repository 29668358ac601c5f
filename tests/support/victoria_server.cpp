#include "tests/support/victoria_server.h"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "collector/formats/json_reader.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"

namespace collector::test {
namespace {

constexpr auto program = "/usr/bin/victoria-metrics";

// The labels as text; they come in any order of the server's, which is the same each time.
std::string text_of(const JsonValue& labels) {
  std::string text;
  for (const auto& [key, value] : labels.members)
    text += key + "=" + value.text + ",";
  return text;
}

}  // namespace

VictoriaServer::VictoriaServer(std::vector<std::string> flags) : flags_(std::move(flags)) {
  if (!std::filesystem::exists(program))
    throw std::runtime_error("victoria-metrics is missing; install Debian's victoria-metrics");
  start();
}

VictoriaServer::~VictoriaServer() = default;

std::string VictoriaServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

void VictoriaServer::start() {
  for (int i = 0; i < 5; ++i) {
    if (port_ == 0 || i > 0) port_ = free_port();
    std::vector<std::string> arguments{program,
                                       "-storageDataPath=" + (directory_ / "data").string(),
                                       fmt::format("-httpListenAddr=127.0.0.1:{}", port_),
                                       "-dedup.minScrapeInterval=1ms",
                                       "-search.latencyOffset=0s",
                                       "-search.disableCache",
                                       "-memory.allowedBytes=64MB",
                                       "-loggerLevel=ERROR"};
    arguments.insert(arguments.end(), flags_.begin(), flags_.end());
    process_ = std::make_unique<Process>(
        arguments, std::vector<std::pair<std::string, std::string>>{{"GOMAXPROCS", "2"}});
    if (wait_for_http(port_, "/health", *process_)) return;
  }
  throw std::runtime_error("victoria-metrics does not start:\n" + process_->err());
}

void VictoriaServer::stop() {
  process_->end(SIGTERM);
}

void VictoriaServer::kill() {
  process_->end(SIGKILL);
}

void VictoriaServer::flush() const {
  if (http_request(port_, "/internal/force_flush").status != 200)
    throw std::runtime_error("victoria-metrics does not flush");
}

std::vector<VictoriaServer::Sample> VictoriaServer::samples(const std::string& selector) const {
  flush();
  const auto answer = http_request(port_, "/api/v1/export?start=0&match%5B%5D=" + url_encoded(selector));
  if (answer.status != 200) throw std::runtime_error(selector + ": " + answer.body);
  std::vector<Sample> samples;
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    const auto series = read_json_object(line);
    if (!series) throw std::runtime_error("can't read " + line);
    const auto& values = series->member("values")->items;
    const auto& times = series->member("timestamps")->items;
    for (std::size_t i = 0; i < times.size(); ++i)
      samples.push_back({text_of(*series->member("metric")), times[i].integer, values[i].real});
  }
  return samples;
}

bool VictoriaServer::is_empty() const {
  return samples("{__name__=~\".+\"}").empty();
}

}  // namespace collector::test
