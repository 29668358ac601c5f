#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "collector/cli/live/live_feed.h"
#include "collector/formats/json_text.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

std::int64_t clock_milliseconds(const TrafficSums& traffic) {
  return std::chrono::floor<std::chrono::milliseconds>(traffic.taken.boot.time_since_epoch()).count();
}

// `before`: the interface as it was told last, if it was. Empty: there is nothing new of it.
std::string interface_json(const InterfaceTraffic& now, const InterfaceTraffic* before) {
  const std::uint64_t received = now.received - (before != nullptr ? before->received : 0);
  const std::uint64_t sent = now.sent - (before != nullptr ? before->sent : 0);
  const bool is_news = before == nullptr || before->kind != now.kind || before->parent != now.parent ||
                       before->speed != now.speed || before->gone != now.gone;
  if (received == 0 && sent == 0 && !is_news) return "";
  std::string out =
      fmt::format(R"({{"interface":{},"received":{},"sent":{})", json_encoded(now.interface), received, sent);
  if (is_news) {
    out += fmt::format(R"(,"kind":{},"inside":{})", json_encoded(now.kind), json_encoded(now.parent));
    if (now.speed > 0) out += fmt::format(R"(,"speed_mbit":{})", now.speed);
    if (now.gone) out += R"(,"gone":true)";
  }
  return out + "}";
}

std::string interfaces_json(const TrafficSums& now, const TrafficSums* before) {
  std::string out;
  for (const InterfaceTraffic& interface : now.interfaces) {
    const InterfaceTraffic* told = nullptr;
    if (before != nullptr) {
      const auto found =
          std::ranges::lower_bound(before->interfaces, interface.number, {}, &InterfaceTraffic::number);
      if (found != before->interfaces.end() && found->number == interface.number) told = &*found;
    }
    const std::string json = interface_json(interface, told);
    if (!json.empty()) out += (out.empty() ? "" : ",") + json;
  }
  return out;
}

}  // namespace

std::string live_hello(const TrafficSums& traffic, const std::string& run, const std::string& host,
                       Duration interval) {
  return fmt::format(
      R"({{"type":"hello","run":{},"host":{},"time":"{}","clock_ms":{},"interval_ms":{},"interfaces":[{}]}})"
      "\n",
      json_encoded(run), json_encoded(host),
      format_rfc3339(std::chrono::floor<std::chrono::milliseconds>(traffic.taken.wall)),
      clock_milliseconds(traffic), std::chrono::duration_cast<std::chrono::milliseconds>(interval).count(),
      interfaces_json(traffic, nullptr));
}

std::string live_tick(const TrafficSums& before, const TrafficSums& now) {
  return fmt::format(R"({{"type":"tick","time":"{}","ms":{},"interfaces":[{}]}})"
                     "\n",
                     format_rfc3339(std::chrono::floor<std::chrono::milliseconds>(now.taken.wall)),
                     clock_milliseconds(now) - clock_milliseconds(before), interfaces_json(now, &before));
}

}  // namespace collector
