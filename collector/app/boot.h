// Which boot of the kernel this is, seen from what earlier processes stored. Counters begin anew with a boot:
// to count on from a stored value, or to count the whole value, one has to know. Pure; called at the start.
//
// The kernel's boot id tells it. Where there is none (containers, `proc` mounted with subset=pid, odd
// kernels), two other signs do: the boot clock, which only goes on within a boot, and the moment the kernel
// began, by /proc/stat's btime and by wall clock minus boot clock. That moment moves when the wall clock is
// set, so that some cases can't be told: then counters are counted from here on, and that is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/baseline.h"
#include "collector/core/time.h"

namespace collector {

struct BootSigns {
  std::string id;                     // the kernel's own; empty: there is none
  std::string why_no_id;              // what came of reading it, then
  std::optional<std::int64_t> btime;  // Unix time in seconds; nothing: can't be read
  Instant now{};
};

// What stored values are worth in this boot.
enum class BootRelation : std::uint8_t { same, other, unknown };

// The name under which values of this boot are stored: the kernel's id, or one made of the other signs.
std::string name_of(const BootSigns& signs);

// `stored` is the name of the boot that values were stored under, `last` the latest reading among them.
BootRelation relation(const BootSigns& signs, const std::string& stored, Instant last);

struct BootVerdict {
  std::string name;        // of this boot
  std::string untellable;  // what can't be told and what follows, for people; empty: all is clear
};

// Puts the stored baselines under this boot's name where they belong to it, and takes their raw values away
// where that can't be told: only their totals count on.
BootVerdict settle_boot(const BootSigns& signs, Baselines& stored);

}  // namespace collector
