// One line of a running collector's `/live` (live_feed.h), read. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

struct LiveMessage {
  struct Interface {
    std::string name;
    std::uint64_t received =
        0;  // bytes: of hello since the collector's start, of a tick since the line before
    std::uint64_t sent = 0;
    // What it is, where that is new.
    struct Kind {
      std::string kind;
      std::string parent;
      std::int64_t speed = 0;  // Mbit/s; 0: not told
      bool gone = false;
    };
    std::optional<Kind> is;
  };
  bool is_hello = false;
  WallTime time{};
  std::chrono::milliseconds passed{};  // of a tick: since the line before it
  std::vector<Interface> interfaces;

  std::string run;  // of hello, as all that follows
  std::string host;
  std::chrono::milliseconds clock{};     // the boot clock at this reading
  std::chrono::milliseconds interval{};  // from one reading to the next
};

// Nothing: a line of a kind that this version does not know, or an empty one.
Result<std::optional<LiveMessage>> read_live_message(std::string_view line);

}  // namespace collector
