#include "config/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/mask.h"

namespace collector {

std::string Problem::text() const {
  std::string result = file;
  if (line > 0) result += fmt::format(":{}:{}", line, column);
  result += ": ";
  if (!path.empty()) result += path + ": ";
  result += what;
  if (!remedy.empty()) result += "; " + remedy;
  return result;
}

void Problems::add(Position at, std::string path, std::string_view what, std::string_view remedy) {
  problems_.push_back(Problem{file_, at.line, at.column, showable(path), showable(mask_credentials(what)),
                              showable(mask_credentials(remedy))});
}

bool Problems::about(std::string_view path) const {
  return std::ranges::any_of(problems_, [&](const Problem& problem) { return problem.path == path; });
}

std::vector<Problem> Problems::take() {
  std::ranges::stable_sort(problems_, {},
                           [](const Problem& problem) { return std::pair(problem.line, problem.column); });
  return std::exchange(problems_, {});
}

}  // namespace collector
