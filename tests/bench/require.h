// Results that a benchmark can't do without: the value, or an exception with the reason.
#pragma once

#include <expected>
#include <stdexcept>
#include <string>
#include <utility>

#include "collector/core/error.h"
#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"
#include "sinks/sink.h"

namespace collector::bench {

inline std::string reason(const Error& error) {
  return error.text();
}
inline std::string reason(const SpoolError& error) {
  return error.error.text();
}
inline std::string reason(const SinkFailure& failure) {
  return failure.what;
}
inline std::string reason(const sqlite::SqliteError& error) {
  return error.what;
}

template <typename T, typename E>
T require(std::expected<T, E> result) {
  if (!result) throw std::runtime_error(reason(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace collector::bench
