#include "collector/samplers/net/link_watch.h"

#include <linux/rtnetlink.h>

#include <utility>

#include "collector/samplers/network_namespace.h"

namespace collector {

void LinkWatch::close() {
  events_.close();
  requests_.close();
}

void LinkWatch::take_over(LinkWatch& other) {
  events_ = std::move(other.events_);
  requests_ = std::move(other.requests_);
  links_ = std::move(other.links_);
  namespace_id_ = other.namespace_id_;
  links_are_known_ = std::exchange(other.links_are_known_, false);
}

NetlinkSocket::Outcome<> LinkWatch::open() {
  // Events first: what happens while the links are asked for must not be missed.
  auto events = NetlinkSocket::open(RTMGRP_LINK);
  if (!events) return std::unexpected(events.error());
  auto requests = NetlinkSocket::open(0);
  if (!requests) return std::unexpected(requests.error());
  const auto space = network_namespace_id();
  if (!space) return std::unexpected(NetlinkSocket::Failure{0, space.error()});
  events_ = std::move(*events);
  requests_ = std::move(*requests);
  namespace_id_ = *space;
  links_are_known_ = false;
  return {};
}

NetlinkSocket::Outcome<> LinkWatch::update_links() {
  if (!requests_.is_open() || !events_.is_open())
    if (auto outcome = open(); !outcome) return outcome;
  if (auto drained = drain_events(); !drained) return drained;
  if (links_are_known_) return {};
  constexpr int attempts = 3;  // links that change all the time come as events later on
  for (int attempt = 0; attempt < attempts && !links_are_known_; ++attempt) {
    links_.begin_dump();
    const auto dump =
        dump_links(requests_, false, clock_, [this](const NetlinkMessage& message, const auto&) {
          if (const auto link = parse_link_message(message)) links_.add(*link);
        });
    if (!dump) return std::unexpected(dump.error());
    links_are_known_ = *dump == NetlinkSocket::Dump::complete;
    if (links_are_known_) links_.end_dump();
  }
  // What came while the dump waited for the kernel's lock is in it, and looks as if it had always been there.
  return drain_events();
}

NetlinkSocket::Outcome<> LinkWatch::drain_events() {
  events_read_.after = clock_.now();
  const auto events = events_.drain([this](const NetlinkMessage& message) {
    if (const auto link = parse_link_message(message)) links_.apply_event(*link);
  });
  events_read_.before = clock_.now();
  if (!events) return std::unexpected(events.error());
  if (*events == NetlinkSocket::Events::lost) links_are_known_ = false;
  return {};
}

NetlinkSocket::Outcome<> LinkWatch::read_counters() {
  const auto counters = counter_reader_.read(requests_, clock_, counters_);
  if (!counters) return std::unexpected(counters.error());
  counters_are_complete_ = *counters == NetlinkSocket::Dump::complete;
  return {};
}

}  // namespace collector
