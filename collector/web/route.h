// Route: one row of the table of what can be asked over HTTP. A new one is a row in its group's file and
// nothing else: the router, the OpenAPI document and the tests that try every route go by the rows.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/access/caller.h"
#include "collector/http/message.h"
#include "collector/web/parameter.h"

namespace collector::web {

struct Sources;

// One request that was let in, with what it may be answered from.
struct Call {
  const http::Request& request;
  const Values& values;
  const Caller& caller;
  const Sources& sources;
  std::string_view type = {};  // of the answer, one of the route's
  // Of the parameters, so far: what asks the history looks for more, and tells all at once.
  std::vector<ParameterMistake> mistakes = {};
};

enum class Work : std::uint8_t {
  quick,    // answered on the server's thread: must not wait, and asks no disk
  history,  // answered on the worker's thread, one after another
  later,    // `answer_later`: called on the server's thread, answers when it can
};

struct Route {
  std::string_view method = {};  // "GET" (HEAD is asked as it), "POST", "DELETE"
  std::string_view path = {};    // "/api/v1/report/{year}"; "/assets/*" takes whatever follows
  Permission needs = Permission::read;
  std::string_view summary = {};  // one sentence, for the OpenAPI document
  std::span<const Parameter> parameters = {};
  Work work = Work::quick;
  http::Response (*answer)(const Call& call) = nullptr;
  void (*answer_later)(const Call& call, http::Reply reply) = nullptr;
  std::size_t body = 0;  // bytes that a request may have; 0: it has none
  // Of the body, a JSON object. None: it may be left out, or {}.
  std::span<const Parameter> members = {};
  bool form = false;                            // instead of JSON: its parameters, as a form sends them
  std::string_view type = "application/json";   // of its answer
  std::span<const std::string_view> also = {};  // other types that it may be asked for, by Accept
  // For the OpenAPI document and the tests: its status where all is well, what the JSON looks like (shape.h),
  // and statuses beside those that follow from the row.
  unsigned status = 200;
  std::string (*gives)() = nullptr;
  std::span<const unsigned> fails = {};
};

// All groups' rows.
std::span<const Route* const> routes();

}  // namespace collector::web
