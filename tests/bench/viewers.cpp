#include "tests/bench/viewers.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "collector/http/sockets.h"
#include "tests/support/files.h"

namespace collector::bench {
namespace {

constexpr std::string_view subscription =
    R"({"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv","bytes_sent"],"by":"interface",)"
    R"("every":1,"back":120})";

double cpu_of_thread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

std::vector<std::string> Collector::command(Page page, const std::filesystem::path& history) const {
  const auto file = state_ / "collector.yaml";
  std::string text = fmt::format("state: {}\nlog: {{level: error}}\nsinks:\n  local: {{type: sqlite}}\n",
                                 state_.path().string());
  if (page == Page::on)
    text += fmt::format("web: {{listen: \"127.0.0.1:{}\", limits: {}}}\n", port_, crowd_limits);
  test::write_file(file, text);
  if (!history.empty()) std::filesystem::copy_file(history, state_ / "collector.db");
  return {(std::filesystem::read_symlink("/proc/self/exe").parent_path() / "collector").string(), "run",
          "--config", file.string()};
}

Collector::Collector(Page page, const std::filesystem::path& history) : process_(command(page, history)) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!std::filesystem::exists(status_socket()) ||
         (page == Page::on && !test::WebSocketClient(port_).is_connected())) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the collector does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Viewers::Viewers(std::uint16_t port, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    auto& client = clients_.emplace_back(port);
    if (const std::string answer = client.open(); !answer.starts_with("HTTP/1.1 101"))
      throw std::runtime_error("a viewer is not let in: " + answer);
    client.send(subscription);
  }
  thread_ = std::thread([this] { take(); });
}

Viewers::~Viewers() {
  ended_ = true;
  thread_.join();
}

std::uint64_t Viewers::ticks() const {
  if (is_closed_) throw std::runtime_error("a viewer was closed");
  return ticks_;
}

void Viewers::take() {
  while (!ended_)
    for (test::WebSocketClient& client : clients_)
      for (bool is_tick = false; !is_tick && !ended_;) {
        const std::string text = client.next();
        if (text.empty()) {
          is_closed_ = true;
          return;
        }
        is_tick = text.contains("\"tick\"");
        if (!is_tick) continue;
        ++ticks_;
        bytes_ += text.size();
      }
}

double cpu_of_plain_writes(std::size_t count, std::size_t size, int seconds) {
  const http::TcpPort port{fmt::format("127.0.0.1:{}", test::free_port()), "bench"};
  const auto listening = http::listen_tcp(port);
  if (!listening) throw std::runtime_error(listening.error().text());
  std::vector<Descriptor> clients;
  std::vector<Descriptor> servers;
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(listening->get(), reinterpret_cast<sockaddr*>(&address), &length);
  for (std::size_t i = 0; i < count; ++i) {
    clients.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(clients.back().get(), reinterpret_cast<sockaddr*>(&address), length) != 0)
      throw std::runtime_error("can't connect");
    servers.emplace_back(accept4(listening->get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  double used = 0;
  std::thread writer([&] {
    const std::string text(size, 'x');
    const double before = cpu_of_thread();
    for (int i = 0; i < seconds; ++i) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      for (const Descriptor& server : servers)
        if (::send(server.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
    }
    used = cpu_of_thread() - before;
  });
  writer.join();
  return used / seconds;
}

}  // namespace collector::bench
