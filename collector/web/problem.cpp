#include "collector/web/problem.h"

#include <fmt/format.h>

#include "collector/core/plural.h"
#include "collector/formats/json_text.h"
#include "collector/web/graphite/graphite_path.h"

namespace collector::web {

namespace {

// "2 parameters are wrong: target 'sumSeris(…)': there is no function …; did you mean …"
http::Response in_words(const Problem& problem) {
  std::string text = problem.title;
  if (!problem.detail.empty()) text += ": " + problem.detail;
  for (const ParameterMistake& mistake : problem.errors) {
    text += fmt::format("\n{} '{}': {}", mistake.parameter, mistake.value, mistake.what);
    if (!mistake.attempt.empty()) text += "; try " + mistake.attempt;
  }
  return {.status = problem.status, .body = text + "\n", .headers = problem.headers};
}

}  // namespace

std::string mistakes_json(const std::vector<ParameterMistake>& mistakes) {
  std::string all;
  for (const ParameterMistake& mistake : mistakes) {
    all += fmt::format(R"({}{{"parameter":{},"value":{},"what":{})", all.empty() ? "" : ",",
                       json_string(mistake.parameter), json_string(mistake.value), json_string(mistake.what));
    if (!mistake.attempt.empty()) all += R"(,"try":)" + json_string(mistake.attempt);
    all += '}';
  }
  return "[" + all + "]";
}

bool is_told_in_words(std::string_view path) {
  return graphite::is_graphite(path);
}

http::Response problem_response(const Problem& problem, std::string_view instance) {
  if (is_told_in_words(instance)) return in_words(problem);
  std::string body = fmt::format(R"({{"type":{},"title":{},"status":{},"instance":{})",
                                 json_string("/problems/" + problem.type), json_string(problem.title),
                                 problem.status, json_string(instance));
  if (!problem.detail.empty()) body += R"(,"detail":)" + json_string(problem.detail);
  if (!problem.errors.empty()) body += R"(,"errors":)" + mistakes_json(problem.errors);
  return {.status = problem.status,
          .type = "application/problem+json",
          .body = body + "}\n",
          .headers = problem.headers};
}

http::Response as_problem(const http::Response& plain, std::string_view instance) {
  if (plain.take_over || plain.status < 400 || !plain.type.starts_with("text/plain")) return plain;
  const std::string_view type = plain.status == 413   ? "body-too-large"
                                : plain.status == 426 ? "upgrade"
                                : plain.status == 431 ? "header-too-large"
                                : plain.status == 503 ? "busy"
                                                      : "request";
  std::string_view what = plain.body;
  while (what.ends_with('\n'))
    what.remove_suffix(1);
  return problem_response({.status = plain.status,
                           .type = std::string(type),
                           .title = std::string(what),
                           .headers = plain.headers},
                          instance);
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

std::string attempt_of(const Error& error) {
  std::string_view text = error.remedy;
  constexpr std::string_view begin = "did you mean ";
  if (!text.starts_with(begin) || !text.ends_with('?')) return error.remedy;
  text.remove_prefix(begin.size());
  text.remove_suffix(1);
  if (text.size() > 1 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"'))
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace collector::web
