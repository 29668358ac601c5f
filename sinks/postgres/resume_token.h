// The resume token, which the runner keeps with the cursor: how far the database is known to be, and what has
// been found in it, so that the next process asks for neither.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collector/core/time.h"
#include "collector/core/uuid.h"

namespace collector::postgres_store {

struct ResumeToken {
  Uuid source;
  Uuid epoch;
  std::uint64_t sequence = 0;
  std::optional<WallTime> space_checked;  // by Retention; to the second
  std::set<std::uint64_t> verified;       // see Schema
  bool before_addressed = false;          // read: written by a version that kept one position for all batches

  std::string text() const;
  static std::optional<ResumeToken> parse(std::string_view text);  // nothing: not of this form
};

}  // namespace collector::postgres_store
