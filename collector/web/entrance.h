// Entrance: everybody who asks over HTTP comes by here: the gate, the ticket of a stream, the limit of how
// often one may ask. What the gate goes by changes with the configuration. From any thread.
#pragma once

#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "collector/access/access.h"
#include "collector/access/caller.h"
#include "collector/http/message.h"
#include "collector/web/gate.h"
#include "collector/web/problem.h"
#include "collector/web/rate_limit.h"

namespace collector::web {

class Entrance {
 public:
  explicit Entrance(Access& access) : access_(access) {}  // which outlives it

  void adopt(Listening listening, double requests_per_second, double burst);

  // Who asks; else the answer: to a preflight, or a problem.
  std::expected<Caller, http::Response> let_in(const http::Request& request);
  // Of a request whose body has not come yet: the answer to whoever would not be let in with it either, so
  // that nothing of theirs is read. Nothing: it has no body, or it may come.
  std::optional<http::Response> turn_away(const http::Request& head);

  // Sites whose pages may read the answers.
  std::vector<std::string> origins() const;

 private:
  http::Response refusal(const http::Request& request, const Problem& problem, const Listening& listening);
  std::expected<Caller, Problem> known(const http::Request& request, const Listening& listening);
  std::optional<Problem> limited(const http::Request& request, const std::string& address);
  Listening listening() const;

  Access& access_;
  mutable std::mutex mutex_;  // of what follows
  Listening listening_;
  std::optional<RateLimit> rate_;
};

}  // namespace collector::web
