// What vnStat knows of an interface beyond the days that it keeps (62 unless configured otherwise): months
// and years, whose days can't be told any more.
#pragma once

#include <string>

#include "collector/imports/past_builder.h"

namespace collector::imports {

class VnstatRest {
 public:
  // A day that is there.
  void count(history::LocalDays date, const Bytes& bytes);
  // Notes what of the total is in no day.
  void say(const std::string& interface, const Bytes& total, PastBuilder& builder) const;

 private:
  std::int64_t days_ = 0;  // bytes
  std::optional<history::LocalDays> first_;
};

}  // namespace collector::imports
