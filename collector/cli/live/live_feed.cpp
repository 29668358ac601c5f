#include "collector/cli/live/live_feed.h"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "collector/core/time.h"

namespace collector {
namespace {

constexpr Duration sign_of_life = std::chrono::seconds(10);

}  // namespace

LiveFeed::LiveFeed(TrafficBoard& board)
    : board_(board), run_(fmt::format("{}-{}", getpid(), unix_milliseconds(SystemClock().now().wall))) {}

LiveFeed::~LiveFeed() {
  end();
}

void LiveFeed::adopt(const Configuration& configuration) {
  const std::lock_guard lock(mutex_);
  host_ = configuration.host;
  interval_ = {};
  for (const SamplerConfiguration& sampler : configuration.samplers)
    if (sampler.name == "net") interval_ = sampler.interval;
}

http::Response LiveFeed::open() {
  const std::lock_guard lock(mutex_);
  if (ending_) return {.status = 503, .body = "the collector is ending\n"};
  if (interval_ == Duration::zero())
    return {
        .status = 404,
        .body =
            "the sampler net is off, so that no interface is measured; write `net: on` under samplers:\n"};
  auto client = std::make_shared<Client>();
  clients_.push_back(client);
  if (!follows_) {
    if (thread_.joinable()) thread_.join();  // its last listener had gone
    follows_ = true;
    thread_ = std::thread([this, before = board_.watch()] { follow(before); });
    pthread_setname_np(thread_.native_handle(), "live");
  }
  return {.type = "application/x-ndjson",
          .parts = [this, client](http::TakePart take) { ask(*client, std::move(take)); }};
}

void LiveFeed::end() {
  std::vector<http::TakePart> waiting;
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& each : clients_)
      if (const auto client = each.lock(); client && client->waiting)
        waiting.push_back(std::exchange(client->waiting, {}));
    clients_.clear();
    thread.swap(thread_);
  }
  board_.ring();
  for (const http::TakePart& take : waiting)
    take("");
  if (thread.joinable()) thread.join();
}

std::string LiveFeed::line_for(Client& client) const {
  const auto before = std::exchange(client.told, latest_);
  return before ? live_tick(*before, *latest_) : live_hello(*latest_, run_, host_, interval_);
}

// The kernel has the line before.
void LiveFeed::ask(Client& client, http::TakePart take) {
  std::string line;
  {
    const std::lock_guard lock(mutex_);
    if (!ending_ && (!latest_ || latest_ == client.told)) {
      client.waiting = std::move(take);
      return;
    }
    if (!ending_) line = line_for(client);
  }
  take(std::move(line));
}

void LiveFeed::follow(std::uint64_t publication) {
  while (true) {
    auto traffic = board_.wait(publication, sign_of_life, ending_);
    std::vector<std::pair<http::TakePart, std::string>> lines;
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(clients_, [](const auto& client) { return client.expired(); });
      if (ending_ || clients_.empty()) {
        board_.unwatch();
        latest_.reset();
        follows_ = false;
        return;
      }
      if (traffic) {
        publication = traffic->publication;
        latest_ = std::move(traffic);
      }
      for (const auto& each : clients_) {
        const auto client = each.lock();
        if (!client || !client->waiting) continue;
        const bool has_news = latest_ && latest_ != client->told;
        lines.emplace_back(std::exchange(client->waiting, {}), has_news ? line_for(*client) : "\n");
      }
    }
    for (const auto& [take, line] : lines)
      take(line);
  }
}

}  // namespace collector
