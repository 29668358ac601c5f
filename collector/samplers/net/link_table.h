// The links of a network namespace, kept up to date from a dump and from events. Owned by the sampler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/value.h"
#include "collector/samplers/net/link_message.h"

namespace collector {

struct Link {
  std::uint32_t index = 0;  // ifindex
  std::string name;
  std::string kind;          // as the kernel names it; empty for plain devices
  std::string address;       // of the hardware, as sysfs writes it: "02:fc:00:00:00:01"
  std::uint32_t parent = 0;  // ifindex of the link that counts these bytes as well; 0: none
  bool up = false;           // by its administrator
  bool loopback = false;
  bool has_device = false;      // as far as netlink tells
  bool peer_elsewhere = false;  // in another namespace
  Value operstate;              // text
  // Appeared while it was watched, with counters at zero. The sampler clears it with the first reading.
  bool born = false;
  bool read = false;    // the sampler's: a reading of it was made
  bool changed = true;  // since the sampler last looked; it clears it

  // What the sampler makes of the above; filled in by it.
  struct Derived {
    SeriesPtr series;
    bool series_is_reported = false;
    bool physical = false;         // a device, so that its speed is believed
    bool reported = false;         // not left out by the configuration
    std::int64_t speed = 0;        // Mbit/s; 0: unknown
    double byte_limit = 0;         // see Reading
    double byte_limit_before = 0;  // the one of the reading before: its traffic may still be in this one
  } derived;
};

// A link that went, with what it had counted in the end.
struct DepartedLink {
  Link link;
  LinkCounters counters;
};

class LinkTable {
 public:
  // One message of a dump; begin_dump() before the first, end_dump() after the last: links that it did not
  // name are gone. Links in a dump are not `born`, when they came is not known, unless the event of their
  // coming follows before they are read: it happened while the dump was waited for.
  void begin_dump();
  void add(const LinkMessage& message) { apply(message, false); }
  void end_dump();
  // An event.
  void apply_event(const LinkMessage& message) { apply(message, true); }

  Link* find(std::uint32_t index);  // until the next change of the table
  std::span<Link> links() { return links_; }
  // Links whose going was told by an event, oldest first; the sampler takes out what it has read.
  std::vector<DepartedLink>& departed() { return departed_; }
  // Numbers of the links that went otherwise: nobody knows what they had counted in the end, or there were
  // too many. The sampler clears it.
  std::vector<std::uint32_t>& lost() { return lost_; }
  // True when a link came, went or changed since the last call.
  bool take_changed();

 private:
  void apply(const LinkMessage& message, bool event);

  std::vector<Link> links_;  // by index
  std::vector<DepartedLink> departed_;
  std::vector<std::uint32_t> lost_;
  std::vector<std::uint32_t> dumped_;
  bool changed_ = false;
};

}  // namespace collector
