#include "collector/samplers/net/net.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "collector/samplers/net/interface_rules.h"
#include "collector/samplers/net/link_choice.h"
#include "collector/samplers/net/link_device.h"
#include "collector/samplers/net/link_watch.h"
#include "collector/samplers/net/net_measurement.h"

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
      : files_(context.files), series_(context.series), rules_(context.settings), watch_(context.clock) {}

  SampleResult sample(Sample& out) override;
  SampleResult finish(Sample& out) override;
  void succeed(Sampler& before) override;

 private:
  enum class Which : bool { all, born };
  NetlinkSocket::Outcome<> read(BootTime now);
  void add_departed(Sample& out);
  void add_gone(std::uint32_t index, Sample& out) const;
  bool add_present(Which which, Sample& out);
  void derive_all(BootTime now);
  void derive_limit(Link& link) const;
  void derive_series(Link& link);
  void add_reading(Link& link, const LinkCounters& counters, Sample& out) const;

  const Files& files_;
  SeriesTable& series_;
  InterfaceRules rules_;
  LinkWatch watch_;
  LinkTable& links_ = watch_.links();
  LinkChoice choice_;
  std::vector<SeriesPtr> departed_series_;  // kept alive for the sample they are in
  bool met_unknown_link_ = false;
  std::optional<BootTime> devices_looked_at_;
};

SampleResult NetSampler::sample(Sample& out) {
  if (const auto outcome = read(out.taken.boot); !outcome) {
    // What is left in the sockets belongs to the failed attempt.
    watch_.close();
    return failed(outcome.error().what);
  }
  add_departed(out);
  const bool meets_unknown_link = add_present(Which::all, out);
  if (!watch_.is_complete() || meets_unknown_link) out.complete = false;
  // A link may show its counters just before its event; one that is still unknown a tick later had its event
  // lost.
  if (meets_unknown_link && met_unknown_link_) watch_.ask_for_links();
  met_unknown_link_ = meets_unknown_link;
  if (!choice_.warning().empty()) out.remarks.warn(choice_.warning());
  if (!choice_.notice().empty()) out.remarks.notice(choice_.notice());
  return {};
}

// Of links that stay, the next process counts on from their last reading; one that was never read must be
// now, or its beginning at zero is forgotten.
SampleResult NetSampler::finish(Sample& out) {
  const bool readable = watch_.listens();
  if (readable) {
    if (const auto outcome = read(out.taken.boot); !outcome) {
      watch_.stop_asking();
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
  watch_.take_over(other.watch_);
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
  out.read_between(watch_.events_read().after, watch_.events_read().before);
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
  out.add_gone({.measurement = net_measurement().get(), .space = watch_.namespace_id(), .object = index});
}

// True: one of the links is unknown.
bool NetSampler::add_present(Which which, Sample& out) {
  const std::size_t departed = out.readings().size();
  bool meets_unknown_link = false;
  for (const auto& [stats, written] : watch_.counters()) {
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
  if (auto outcome = watch_.update_links(); !outcome) return outcome;
  derive_all(now);
  return watch_.read_counters();
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
  reading.space = watch_.namespace_id();
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
