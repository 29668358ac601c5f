// OneTime: what can be had once, and soon, for a random text that stands for it: the codes that `collector
// web` prints, the tickets that open a stream. Bounded: the oldest goes. Not for several threads at once.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collector/access/digest.h"
#include "collector/access/token_text.h"
#include "collector/core/time.h"

namespace collector {

template <typename Value>
class OneTime {
 public:
  OneTime(Duration lasts, std::size_t most) : lasts_(lasts), most_(most) {}

  std::string add(Value value, BootTime now) {
    drop_old(now);
    if (waiting_.size() >= most_) waiting_.pop_front();
    std::string text = random_secret();
    waiting_.push_back({text, std::move(value), now + lasts_});
    return text;
  }

  // Nothing: it was never given, is too old, or was taken before. Takes as long for every text.
  std::optional<Value> take(std::string_view text, BootTime now) {
    drop_old(now);
    std::size_t found = waiting_.size();
    for (std::size_t i = 0; i < waiting_.size(); ++i)
      if (is_same_text(text, waiting_[i].text)) found = i;
    if (found == waiting_.size()) return std::nullopt;
    std::optional<Value> value(std::move(waiting_[found].value));
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(found));
    return value;
  }

 private:
  struct Entry {
    std::string text;
    Value value;
    BootTime ends;
  };
  void drop_old(BootTime now) {
    while (!waiting_.empty() && waiting_.front().ends <= now)
      waiting_.pop_front();
  }

  Duration lasts_;
  std::size_t most_;
  std::deque<Entry> waiting_;  // the oldest first
};

}  // namespace collector
