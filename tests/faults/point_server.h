// What takes line protocol over HTTP: stores each point under its series and time, as InfluxDB does, and is
// as slow, broken or silent as the test wishes.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "tests/faults/delivered.h"
#include "tests/support/http_stub.h"

namespace collector::test {

class PointServer {
 public:
  enum class Manner : int {
    well,
    slow,          // half a second for each request
    errors,        // 503, and nothing is stored
    hung,          // takes the request and never answers; nothing is stored
    answers_lost,  // stores, and never answers
  };

  PointServer() : stub_([this](const StubRequest& request) { return answer(request); }) {}

  std::string url() const { return stub_.url(); }
  void behave(Manner manner) { manner_ = manner; }
  std::uint64_t requests_met() const { return met_; }  // other than well
  Delivered delivered() const;
  std::size_t points() const;  // of `net`

 private:
  struct Point {
    std::string interface;
    std::string field;  // of `quarantine`
    std::map<std::string, std::int64_t> values;
  };
  StubReply answer(const StubRequest& request);
  void store(const std::string& lines);

  std::atomic<Manner> manner_{Manner::well};
  std::atomic<std::uint64_t> met_{0};
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, Point>> points_;  // by measurement, then series and time
  HttpStub stub_;                                               // last: its threads use the rest
};

}  // namespace collector::test
