// What a server's answer to a write means. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "sinks/influx/endpoint.h"
#include "sinks/influx/http.h"
#include "sinks/sink.h"

namespace collector::influx {

struct Verdict {
  enum class Kind : std::uint8_t {
    taken,      // all lines are stored
    refused,    // some or all lines are not, and never will be: LineSender finds which
    too_large,  // nothing is stored; fewer lines may go through
    failed,     // nothing is known to be stored; `failure` says why
  };
  Kind kind = Kind::taken;
  std::string message;  // the server's own words, whole: of {"error":…}, {"message":…}, or the text itself
  SinkFailure failure;  // refused: should it turn out that no line was to blame
};

Verdict judge(const HttpAnswer& answer, const Destination& destination, Version version);

// The answer to a request without any lines, which asks whether the server is there and lets us in.
Verdict judge_greeting(const HttpAnswer& answer, const Destination& destination, Version version);

// The server's words on one line, not long, and without our token and password, should it repeat them.
std::string showable(std::string words, const Destination& destination);

}  // namespace collector::influx
