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
#include "collector/samplers/net/netlink_socket.h"
#include "collector/samplers/network_namespace.h"

namespace collector {
namespace {

Field counter(const char* name, const char* unit, const char* sentence) {
  return {.name = name, .kind = FieldKind::counter, .unit = unit, .sentence = sentence};
}

const MeasurementPtr& net_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      .name = "net",
      .sentence = "What network interfaces received and sent, as the kernel counts it",
      .tags = {{"interface", "The interface's name"},
               {"kind",
                "What the interface is: `physical` (a device, of the machine or of the virtual machine), the "
                "kernel's name of a software link (`bridge`, `bond`, `vlan`, `tun`, `wireguard`, `veth`, …), "
                "`loopback`, or `virtual` where the kernel has no name for it; only the sum over `physical` "
                "counts no byte twice"},
               {"parent",
                "The interface that counts the same bytes as well: the one below (of a VLAN, a macvlan or "
                "a tunnel bound to one), else the bridge, bond or team that this one is a member of"}},
      .fields = {
          counter("bytes_recv", "bytes", "Bytes received"),
          counter("bytes_sent", "bytes", "Bytes sent"),
          counter("packets_recv", "packets", "Packets received"),
          counter("packets_sent", "packets", "Packets sent"),
          counter("err_in", "packets", "Packets received with errors"),
          counter("err_out", "packets", "Packets that could not be sent because of errors"),
          counter("drop_in", "packets",
                  "Received packets dropped, by the kernel or by a device that ran out of buffers"),
          counter("drop_out", "packets", "Packets dropped before they were sent"),
          {.name = "speed",
           .unit = "Mbit/s",
           .sentence = "Speed of the link, where a physical device tells it"},
          {.name = "operstate",
           .kind = FieldKind::state,
           .type = FieldType::text,
           .unit = "1",
           .sentence = "State of the link: up, down, lowerlayerdown, dormant, notpresent, testing or unknown "
                       "(devices "
                       "that do not tell)"},
      }});
  return measurement;
}

bool has_reading(std::span<const Reading> readings, const Link& link) {
  return std::ranges::any_of(
      readings, [&](const Reading& reading) { return reading.series == link.derived.series.get(); });
}

class NetSampler final : public Sampler {
 public:
  explicit NetSampler(const SamplerContext& context)
      : files_(context.files), series_(context.series), rules_(context.settings) {}

  SampleResult sample(Sample& out) override;
  SampleResult finish(Sample& out) override;

 private:
  enum class Which : bool { all, born };
  NetlinkSocket::Outcome<> read(BootTime now);
  NetlinkSocket::Outcome<> open();
  NetlinkSocket::Outcome<> update_links();
  void add_departed(Sample& out);
  bool add_present(Which which, Sample& out);
  void derive_all(BootTime now);
  void derive_limit(Link& link) const;
  void derive_series(Link& link);
  void add_reading(Link& link, const LinkCounters& counters, Sample& out) const;

  const Files& files_;
  SeriesTable& series_;
  InterfaceRules rules_;
  NetlinkSocket events_;
  NetlinkSocket requests_;
  LinkCounterReader counter_reader_;
  LinkTable links_;
  LinkChoice choice_;
  std::vector<StatsMessage> counters_;
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
  if (readable)
    if (const auto outcome = read(out.taken.boot); !outcome) return failed(outcome.error().what);
  add_departed(out);
  if (readable) add_present(Which::born, out);
  return {};
}

// The last bytes of links that went since the last tick. A series has one reading per tick (there is no rate
// between two at the same moment): what comes second under the same name, gone or not, waits for the next
// tick.
void NetSampler::add_departed(Sample& out) {
  departed_series_.clear();
  std::erase_if(links_.departed(), [&](DepartedLink& departed) {
    if (!departed.link.derived.series) {
      derive_series(departed.link);
      departed.link.derived.reported = LinkChoice::reported_alone(departed.link, rules_);
    }
    if (has_reading(out.readings(), departed.link)) return false;
    if (!departed.link.derived.reported) return true;
    add_reading(departed.link, departed.counters, out);
    departed_series_.push_back(departed.link.derived.series);
    return true;
  });
}

// True: one of the links is unknown.
bool NetSampler::add_present(Which which, Sample& out) {
  const std::size_t departed = out.readings().size();
  bool meets_unknown_link = false;
  for (const StatsMessage& stats : counters_) {
    Link* link = links_.find(stats.index);
    if (link == nullptr)
      meets_unknown_link = true;
    else if ((link->born || which == Which::all) && !has_reading(out.readings().first(departed), *link))
      add_reading(*link, stats.counters, out);
  }
  return meets_unknown_link;
}

NetlinkSocket::Outcome<> NetSampler::read(BootTime now) {
  if (!requests_.is_open() || !events_.is_open())
    if (auto outcome = open(); !outcome) return outcome;
  if (auto outcome = update_links(); !outcome) return outcome;
  derive_all(now);
  return counter_reader_.read(requests_, counters_);
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
  const auto events = events_.drain([this](const NetlinkMessage& message) {
    if (const auto link = parse_link_message(message)) links_.apply_event(*link);
  });
  if (!events) return std::unexpected(events.error());
  if (*events == NetlinkSocket::Events::lost) links_are_known_ = false;
  constexpr int attempts = 3;  // links that change all the time come as events later on
  for (int attempt = 0; attempt < attempts && !links_are_known_; ++attempt) {
    links_.begin_dump();
    const auto dump = dump_links(requests_, false, [this](const NetlinkMessage& message) {
      if (const auto link = parse_link_message(message)) links_.add(*link);
    });
    if (!dump) return std::unexpected(dump.error());
    links_are_known_ = *dump == NetlinkSocket::Dump::complete;
    if (links_are_known_) links_.end_dump();
  }
  return {};
}

void NetSampler::derive_all(BootTime now) {
  constexpr auto devices_every = std::chrono::minutes(1);
  const bool look_at_all_devices = !devices_looked_at_ || now - *devices_looked_at_ >= devices_every;
  if (!links_.take_changed() && !look_at_all_devices) return;
  for (Link& link : links_.links()) {
    if (link.changed || look_at_all_devices) derive_limit(link);
    // All of them: the change may be a new name of their parent.
    derive_series(link);
    link.changed = false;
  }
  choice_.choose(links_.links(), rules_);
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
  if (derived.series && derived.series->tag("interface") == link.name &&
      derived.series->tag("kind") == kind && derived.series->tag("parent") == parent_name)
    return;
  derived.series = series_.intern(
      net_measurement(),
      {{"interface", link.name}, {"kind", std::string(kind)}, {"parent", std::string(parent_name)}});
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
                    .sentence =
                        "Network interfaces: bytes, packets, errors, drops, speed and state, over rtnetlink; "
                        "of the network namespace that the collector runs in.",
                    .settings = interface_settings(),
                    .default_interval = "1s"},
      .create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
        return std::make_unique<NetSampler>(context);
      },
      .measurements = [] { return std::vector{net_measurement()}; },
  };
  return type;
}

}  // namespace collector
