// Error: what went wrong and what the person reading it can do. Result<T>: a T or an Error.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace collector {

struct Error {
  std::string what;    // one sentence: what happened and where (file, sink, table, row), no full stop
  std::string remedy;  // what to do about it; empty when there is nothing to say

  // "what; remedy", for logs and messages.
  std::string text() const { return remedy.empty() ? what : what + "; " + remedy; }
};

template <typename T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string what, std::string remedy = {}) {
  return std::unexpected(Error{std::move(what), std::move(remedy)});
}

}  // namespace collector
