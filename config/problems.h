// Problems: the mistakes found so far in one file. Collects; what is added is made fit to be shown (secrets
// masked, control characters escaped, long values cut).
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "config/tree.h"

namespace collector {

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Position at, std::string path, std::string_view what, std::string_view remedy);

  // A secret or a variable that is not there: no mistake in the file, and some commands do without it.
  void add_missing(Position at, std::string path, std::string_view what, std::string_view remedy);

  bool empty() const { return problems_.empty(); }
  bool about(std::string_view path) const;  // one with exactly this path was added
  template <typename Predicate>
  bool any(Predicate predicate) const {
    return std::ranges::any_of(problems_, predicate);
  }
  const std::string& file() const { return file_; }
  std::vector<Problem> take();  // in the order of the file
  // Takes out what add_missing() was told, in the order of the file.
  std::vector<Problem> take_missing();

 private:
  void insert(Position at, std::string_view path, std::string_view what, std::string_view remedy,
              bool missing);

  std::string file_;
  std::vector<Problem> problems_;
};

}  // namespace collector
