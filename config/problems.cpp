#include "config/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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
  insert(at, path, what, remedy, false);
}

void Problems::add_missing(Position at, std::string path, std::string_view what, std::string_view remedy) {
  insert(at, path, what, remedy, true);
}

void Problems::insert(Position at, std::string_view path, std::string_view what, std::string_view remedy,
                      bool missing) {
  Problem problem{file_,
                  at.line,
                  at.column,
                  showable(path),
                  showable(mask_credentials(what)),
                  showable(mask_credentials(remedy)),
                  missing};
  const auto place = [](const Problem& one) { return std::pair(one.line, one.column); };
  const auto next = std::ranges::upper_bound(problems_, place(problem), {}, place);
  problems_.insert(next, std::move(problem));
}

bool Problems::about(std::string_view path) const {
  return std::ranges::any_of(problems_, [&](const Problem& problem) { return problem.path == path; });
}

std::vector<Problem> Problems::take_missing() {
  std::vector<Problem> missing;
  std::ranges::copy_if(problems_, std::back_inserter(missing), &Problem::missing);
  std::erase_if(problems_, [](const Problem& problem) { return problem.missing; });
  return missing;
}

std::vector<Problem> Problems::take() {
  return std::exchange(problems_, {});
}

}  // namespace collector
