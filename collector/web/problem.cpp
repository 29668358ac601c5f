#include "collector/web/problem.h"

#include <fmt/format.h>

#include "collector/core/plural.h"
#include "collector/formats/json_text.h"

namespace collector::web {

http::Response problem_response(const Problem& problem, std::string_view instance) {
  std::string body = fmt::format(R"({{"type":{},"title":{},"status":{},"instance":{})",
                                 json_string("/problems/" + problem.type), json_string(problem.title),
                                 problem.status, json_string(instance));
  if (!problem.detail.empty()) body += R"(,"detail":)" + json_string(problem.detail);
  if (!problem.errors.empty()) {
    std::string errors;
    for (const ParameterMistake& mistake : problem.errors) {
      errors +=
          fmt::format(R"({}{{"parameter":{},"value":{},"what":{})", errors.empty() ? "" : ",",
                      json_string(mistake.parameter), json_string(mistake.value), json_string(mistake.what));
      if (!mistake.attempt.empty()) errors += R"(,"try":)" + json_string(mistake.attempt);
      errors += '}';
    }
    body += fmt::format(R"(,"errors":[{}])", errors);
  }
  return {.status = problem.status,
          .type = "application/problem+json",
          .body = body + "}\n",
          .headers = problem.headers};
}

Problem parameter_problem(std::vector<ParameterMistake> errors) {
  return {.status = 422,
          .type = "parameters",
          .title = errors.size() == 1
                       ? "a parameter is wrong"
                       : fmt::format("{} are wrong", counted(errors.size(), "parameter", "parameters")),
          .detail = {},
          .errors = std::move(errors)};
}

}  // namespace collector::web
