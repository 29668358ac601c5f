#include "collector/samplers/net/net.h"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "collector/samplers/net/interface_rules.h"
#include "collector/samplers/net/link_choice.h"
#include "collector/samplers/net/link_counters.h"
#include "collector/samplers/net/link_device.h"
#include "collector/samplers/net/link_table.h"
#include "collector/samplers/net/net_measurement.h"
#include "collector/samplers/net/netlink_socket.h"
#include "collector/samplers/network_namespace.h"

namespace collector {
namespace {

// One that a full table counts together with others may have any number of readings.
bool has_reading(std::span<const Reading> readings, const Link& link) {
  const Series& series = *link.derived.series;
  return !series.tag("interface").empty() &&
         std::ranges::any_of(readings, [&](const Reading& reading) { return reading.series == &series; });
}

class NetSampler final : public Sampler {
 public:
  explicit NetSampler(const SamplerContext& context)
      : files_(context.files), series_(context.series), clock_(context.clock), rules_(context.settings) {}

  SampleResult sample(Sample& out) override;
  SampleResult finish(Sample& out) override;
  void succeed(Sampler& before) override;

 private:
  enum class Which : bool { all, born };
  NetlinkSocket::Outcome<> read(BootTime now);
  NetlinkSocket::Outcome<> open();
  NetlinkSocket::Outcome<> update_links();
  NetlinkSocket::Outcome<> drain_events();
  void add_departed(Sample& out);
  void add_gone(std::uint32_t index, Sample& out) const;
  bool add_present(Which which, Sample& out);
  void derive_all(BootTime now);
  void derive_limit(Link& link) const;
  void derive_series(Link& link);
  void add_reading(Link& link, const LinkCounters& counters, Sample& out) const;

  const Files& files_;
  SeriesTable& series_;
  const Clock& clock_;
  InterfaceRules rules_;
  NetlinkSocket events_;
  NetlinkSocket requests_;
  LinkCounterReader counter_reader_;
  LinkTable links_;
  LinkChoice choice_;
  std::vector<LinkCounterReader::Counters> counters_;
  bool counters_are_complete_ = false;
  NetlinkSocket::Written events_read_;      // between these moments what is gone was told
  std::vector<SeriesPtr> departed_series_;  // kept alive for the sample they are in
  std::uint64_t namespace_id_ = 0;
  bool links_are_known_ = false;
  bool met_unknown_link_ = false;
  std::optional<BootTime> devices_looked_at_;
};

SampleResult NetSampler::sample(Sample& out) {
  if (const auto outcome = read(out.taken.boot); !outcome) {
    // What is left in the sockets belongs to the failed attempt.
    events_.close();
    requests_.close();
    return failed(outcome.error().what);
  }
  add_departed(out);
  const bool meets_unknown_link = add_present(Which::all, out);
  if (!links_are_known_ || !counters_are_complete_ || meets_unknown_link) out.complete = false;
  // A link may show its counters just before its event; one that is still unknown a tick later had its event
  // lost.
  if (meets_unknown_link && met_unknown_link_) links_are_known_ = false;
  met_unknown_link_ = meets_unknown_link;
  if (!choice_.warning().empty()) out.remarks.warn(choice_.warning());
  if (!choice_.notice().empty()) out.remarks.notice(choice_.notice());
  return {};
}

// Of links that stay, the next process counts on from their last reading; one that was never read must be
// now, or its beginning at zero is forgotten.
SampleResult NetSampler::finish(Sample& out) {
  const bool readable = events_.is_open();
  if (readable) {
    if (const auto outcome = read(out.taken.boot); !outcome) {
      requests_.close();  // the rest of an answer may be in it
      return failed(outcome.error().what);
    }
  }
  add_departed(out);
  if (readable) add_present(Which::born, out);
  out.complete = false;
  return {};
}

// The socket goes on hearing of what comes and goes; only what the settings make of each link is worked out
// anew.
void NetSampler::succeed(Sampler& before) {
  auto& other = static_cast<NetSampler&>(before);
  events_ = std::move(other.events_);
  requests_ = std::move(other.requests_);
  links_ = std::move(other.links_);
  namespace_id_ = other.namespace_id_;
  links_are_known_ = std::exchange(other.links_are_known_, false);
  for (Link& link : links_.links()) {
    Link::Derived fresh;
    fresh.physical = link.derived.physical;
    link.derived = std::move(fresh);
  }
}

// The last bytes of links that went since the last tick. A series has one reading per tick (there is no rate
// between two at the same moment): what comes second under the same name, gone or not, waits for the next
// tick.
void NetSampler::add_departed(Sample& out) {
  departed_series_.clear();
  out.read_between(events_read_.after, events_read_.before);
  std::erase_if(links_.departed(), [&](DepartedLink& departed) {
    Link::Derived& derived = departed.link.derived;
    if (!derived.series) derived.reported = LinkChoice::reported_alone(departed.link, rules_);
    if (derived.reported) {
      derive_series(departed.link);
      if (has_reading(out.readings(), departed.link)) {
        out.complete = false;
        return false;
      }
      add_reading(departed.link, departed.counters, out);
      departed_series_.push_back(derived.series);
    }
    add_gone(departed.link.index, out);
    return true;
  });
  for (const std::uint32_t index : links_.lost())
    add_gone(index, out);
  links_.lost().clear();
}

void NetSampler::add_gone(std::uint32_t index, Sample& out) const {
  out.add_gone({.measurement = net_measurement().get(), .space = namespace_id_, .object = index});
}

// True: one of the links is unknown.
bool NetSampler::add_present(Which which, Sample& out) {
  const std::size_t departed = out.readings().size();
  bool meets_unknown_link = false;
  for (const auto& [stats, written] : counters_) {
    out.read_between(written.after, written.before);
    Link* link = links_.find(stats.index);
    if (link == nullptr)
      meets_unknown_link = true;
    else if (!link->born && which == Which::born)
      continue;
    else if (has_reading(out.readings().first(departed), *link))
      out.complete = false;
    else
      add_reading(*link, stats.counters, out);
  }
  return meets_unknown_link;
}

NetlinkSocket::Outcome<> NetSampler::read(BootTime now) {
  if (!requests_.is_open() || !events_.is_open())
    if (auto outcome = open(); !outcome) return outcome;
  if (auto outcome = update_links(); !outcome) return outcome;
  derive_all(now);
  const auto counters = counter_reader_.read(requests_, clock_, counters_);
  if (!counters) return std::unexpected(counters.error());
  counters_are_complete_ = *counters == NetlinkSocket::Dump::complete;
  return {};
}

NetlinkSocket::Outcome<> NetSampler::open() {
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

NetlinkSocket::Outcome<> NetSampler::update_links() {
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

NetlinkSocket::Outcome<> NetSampler::drain_events() {
  events_read_.after = clock_.now();
  const auto events = events_.drain([this](const NetlinkMessage& message) {
    if (const auto link = parse_link_message(message)) links_.apply_event(*link);
  });
  events_read_.before = clock_.now();
  if (!events) return std::unexpected(events.error());
  if (*events == NetlinkSocket::Events::lost) links_are_known_ = false;
  return {};
}

void NetSampler::derive_all(BootTime now) {
  constexpr auto devices_every = std::chrono::minutes(1);
  const bool look_at_all_devices = !devices_looked_at_ || now - *devices_looked_at_ >= devices_every;
  if (!links_.take_changed() && !look_at_all_devices) return;
  for (Link& link : links_.links()) {
    if (link.changed || look_at_all_devices) derive_limit(link);
    link.changed = false;
  }
  choice_.choose(links_.links(), rules_);
  // All of them: the change may be a new name of their parent.
  for (Link& link : links_.links())
    derive_series(link);
  if (look_at_all_devices) devices_looked_at_ = now;
}

void NetSampler::derive_limit(Link& link) const {
  Link::Derived& derived = link.derived;
  const bool may_be_device = link.has_device || (link.kind.empty() && !link.loopback);
  const bool shown = may_be_device && sysfs_shows(files_, link);
  derived.physical = link.has_device || (shown && sysfs_has_device(files_, link));
  derived.speed = shown && derived.physical ? sysfs_speed(files_, link) : 0;
  derived.byte_limit = rules_.byte_limit(link.name, derived.speed);
  if (!derived.series) derived.byte_limit_before = derived.byte_limit;
}

void NetSampler::derive_series(Link& link) {
  const Link* parent = links_.find(link.parent);
  const std::string_view parent_name =
      parent != nullptr ? std::string_view(parent->name) : std::string_view{};
  const std::string_view kind = kind_of(link);
  Link::Derived& derived = link.derived;
  if (derived.series && derived.series_is_reported == derived.reported &&
      derived.series->tag("interface") == link.name && derived.series->tag("kind") == kind &&
      derived.series->tag("parent") == parent_name)
    return;
  std::vector<Tag> tags{
      {"interface", link.name}, {"kind", std::string(kind)}, {"parent", std::string(parent_name)}};
  derived.series = derived.reported ? series_.intern(net_measurement(), std::move(tags))
                                    : unreported_series(net_measurement(), std::move(tags));
  derived.series_is_reported = derived.reported;
}

void NetSampler::add_reading(Link& link, const LinkCounters& counters, Sample& out) const {
  Link::Derived& derived = link.derived;
  const bool unlimited = derived.byte_limit == 0 || derived.byte_limit_before == 0;
  Reading reading;
  reading.series = derived.series.get();
  reading.object = link.index;
  reading.space = namespace_id_;
  reading.born = link.born;
  reading.report = !derived.reported ? Report::never : link.up ? Report::always : Report::when_moving;
  reading.byte_limit = unlimited ? 0 : std::max(derived.byte_limit, derived.byte_limit_before);
  derived.byte_limit_before = derived.byte_limit;
  link.born = false;
  link.read = true;
  const auto values = out.add(reading);
  values[0] = Value::counter(counters.bytes_recv);
  values[1] = Value::counter(counters.bytes_sent);
  values[2] = Value::counter(counters.packets_recv);
  values[3] = Value::counter(counters.packets_sent);
  values[4] = Value::counter(counters.err_in);
  values[5] = Value::counter(counters.err_out);
  values[6] = Value::counter(counters.drop_in);
  values[7] = Value::counter(counters.drop_out);
  if (derived.speed > 0) values[8] = Value::integer(derived.speed);
  values[9] = link.operstate;
}

}  // namespace

const SamplerType& net_sampler() {
  static const SamplerType type{
      .component = {.name = "net",
                    .sentence = "Network interfaces: bytes, packets, errors, drops, speed and state, over "
                                "rtnetlink, in the network namespace that the collector runs in.",
                    .settings = interface_settings(),
                    .default_interval = "1s"},
      // Every dump waits for the kernel's RTNL lock, which others hold for as long as they like; a link's
      // speed is its driver's answer.
      .blocking = true,
      .finishes = true,
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<NetSampler>(context);
      },
      .measurements = [] { return std::vector{net_measurement()}; },
  };
  return type;
}

}  // namespace collector
