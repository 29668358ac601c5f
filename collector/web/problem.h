// Problem: what is wrong with a request, for programs and for people (RFC 9457, application/problem+json):
// all mistakes at once, each with what was meant. A plain value, and its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/http/message.h"

namespace collector::web {

struct ParameterMistake {
  std::string parameter;
  std::string value;    // as it came
  std::string what;     // "not a time"
  std::string attempt;  // what to try instead; empty: nothing is near
};

struct Problem {
  unsigned status = 400;
  // The last part of its type, "/problems/parameters": stable, for programs.
  std::string type = "request";
  std::string title;        // the same for all problems of a type
  std::string detail = {};  // about this one, and what to do; empty: the title says it all
  std::vector<ParameterMistake> errors = {};
  http::Headers headers = {};  // beside Content-Type: Allow, Retry-After, WWW-Authenticate
};

// Whether mistakes are told in words alone: Grafana shows the body of an answer that is no 2xx as it is.
bool is_told_in_words(std::string_view path);

// `instance`: the path that was asked for. Never tells paths of files or SQL: whoever makes a Problem sees to
// that.
http::Response problem_response(const Problem& problem, std::string_view instance);

// What an HTTP server or a WebSocket refuses in plain text; of anything else the answer as it is.
http::Response as_problem(const http::Response& plain, std::string_view instance);

// "2 parameters are wrong", 422.
Problem parameter_problem(std::vector<ParameterMistake> errors);

// `[{"parameter":…,"value":…,"what":…,"try":…}]`
std::string mistakes_json(const std::vector<ParameterMistake>& mistakes);

// What is meant, where the remedy asks that; else the remedy: `attempt` of a mistake.
std::string attempt_of(const Error& error);

}  // namespace collector::web
