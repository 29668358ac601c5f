// InfluxDB 2.x or 3 as far as writing goes, for want of the real ones. It keeps points by series and time,
// and the type of each field, and answers as the documentation says, errors included:
//   2: https://docs.influxdata.com/influxdb/v2/api/write-data/
//      https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/
//      bodies of 422 as seen in https://github.com/tkurki/signalk-to-influxdb2/issues/84
//   3: https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
//      https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "collector/core/error.h"
#include "collector/formats/line_protocol.h"
#include "tests/support/http_stub.h"

namespace collector::test {

class InfluxStub {
 public:
  enum class Version : std::uint8_t { two, three };

  explicit InfluxStub(Version version);

  std::string url() const { return http_.url(); }
  std::vector<StubRequest> requests() const { return http_.requests(); }
  std::size_t points() const;  // different series and times
  // Series and time, as in "net,host=laptop,interface=eth0 1767225630000", with how often it came.
  std::map<std::string, int> received() const;
  // A line with this in it can't be parsed.
  void refuse(const std::string& text);
  // This field of a measurement is there already as this type ("float").
  void set_type(const std::string& measurement_and_field, const std::string& type);

  static constexpr const char* token = "Sesame-1";
  static constexpr const char* bucket = "machines";
  static constexpr const char* organization = "home";

 private:
  struct Refused {
    std::size_t number;  // from 1
    std::string line;
    std::string why;
    bool parsed;
  };
  StubReply answer(const StubRequest& request);
  StubReply write(const StubRequest& request);
  StubReply answer_two(const std::vector<Refused>& refused) const;
  StubReply answer_three(const std::vector<Refused>& refused) const;
  std::string conflict_of(const LineProtocolPoint& point);

  Version version_;
  mutable std::mutex mutex_;
  std::set<std::string> refuse_;
  std::map<std::string, std::string> types_;
  std::map<std::string, int> received_;
  HttpStub http_;  // the last one: it calls answer() at once
};

}  // namespace collector::test
