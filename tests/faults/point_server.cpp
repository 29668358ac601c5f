#include "tests/faults/point_server.h"

#include <stdexcept>
#include <thread>

#include "collector/formats/line_protocol.h"

namespace collector::test {

StubReply PointServer::answer(const StubRequest& request) {
  const Manner manner = manner_;
  if (manner != Manner::well) ++met_;
  if (manner == Manner::errors) return {.status = 503, .body = "{\"error\":\"try again\"}"};
  if (manner == Manner::hung) return {.manner = StubReply::Manner::never};
  if (manner == Manner::slow) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  if (request.path() == "/write") store(request.body);
  if (manner == Manner::answers_lost) return {.manner = StubReply::Manner::never};
  return {};
}

void PointServer::store(const std::string& lines) {
  const std::lock_guard lock(mutex_);
  LineProtocolReader reader(lines);
  while (auto point = reader.next()) {
    if (!*point) throw std::runtime_error((*point)->measurement + point->error().what);
    Point stored;
    std::string key;
    for (const Tag& tag : (*point)->tags) {
      key += tag.key + "=" + tag.value + ",";
      if (tag.key == "interface") stored.interface = tag.value;
      if (tag.key == "field") stored.field = tag.value;
      if (tag.key == "measurement" && tag.value != "net") stored.field.clear();
    }
    for (const LineProtocolField& field : (*point)->fields)
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) stored.values[field.key] = *number;
    points_[(*point)->measurement][key + std::to_string((*point)->timestamp.value_or(0))] = stored;
  }
}

std::size_t PointServer::points() const {
  const std::lock_guard lock(mutex_);
  const auto net = points_.find("net");
  return net == points_.end() ? 0 : net->second.size();
}

Delivered PointServer::delivered() const {
  const std::lock_guard lock(mutex_);
  Delivered result;
  for (const std::string measurement : {"net", "quarantine"}) {
    const auto found = points_.find(measurement);
    if (found == points_.end()) continue;
    for (const auto& [key, point] : found->second)
      for (const auto& [name, value] : point.values)
        result.add(point.interface, measurement == "net" ? name : name == "delta" ? point.field : "", value);
  }
  return result;
}

}  // namespace collector::test
