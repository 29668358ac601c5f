// Internal: passing on an error from one kind of result to another.
#pragma once

#include <expected>
#include <utility>

namespace collector {

template <typename ResultType>
auto pass_on(ResultType& result) {
  return std::unexpected(std::move(result.error()));
}

}  // namespace collector
