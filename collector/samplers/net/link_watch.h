// Keeps the table of links up to date from a dump and from events, and reads their counters. Owned and used
// by the sampler.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "collector/core/time.h"
#include "collector/samplers/net/link_counters.h"
#include "collector/samplers/net/link_table.h"
#include "collector/samplers/net/netlink_socket.h"

namespace collector {

class LinkWatch {
 public:
  explicit LinkWatch(const Clock& clock) : clock_(clock) {}

  // Hears what has come and gone, and asks for all links where that is not enough. Opens the sockets when
  // they are closed. After a failure: close() or stop_asking().
  NetlinkSocket::Outcome<> update_links();
  LinkTable& links() { return links_; }
  // Between these moments the kernel told what is gone.
  const NetlinkSocket::Written& events_read() const { return events_read_; }

  // After update_links().
  NetlinkSocket::Outcome<> read_counters();
  std::span<const LinkCounterReader::Counters> counters() const { return counters_; }

  // Neither list lacks a link that the kernel had.
  bool is_complete() const { return links_are_known_ && counters_are_complete_; }
  // An event was lost: the next update_links() asks for all of them.
  void ask_for_links() { links_are_known_ = false; }

  std::uint64_t namespace_id() const { return namespace_id_; }
  bool listens() const { return events_.is_open(); }
  void close();
  void stop_asking() { requests_.close(); }  // the rest of an answer may be in it
  // Goes on hearing where the other one stopped.
  void take_over(LinkWatch& other);

 private:
  NetlinkSocket::Outcome<> open();
  NetlinkSocket::Outcome<> drain_events();

  const Clock& clock_;
  NetlinkSocket events_;
  NetlinkSocket requests_;
  LinkCounterReader counter_reader_;
  LinkTable links_;
  std::vector<LinkCounterReader::Counters> counters_;
  NetlinkSocket::Written events_read_;
  std::uint64_t namespace_id_ = 0;
  bool links_are_known_ = false;
  bool counters_are_complete_ = false;
};

}  // namespace collector
