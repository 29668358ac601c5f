#include "collector/web/stream/stream_service.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "collector/http/web_socket.h"
#include "collector/web/problem.h"
#include "collector/web/security_headers.h"
#include "collector/web/stream/live_columns.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

constexpr std::string_view stream_protocol = "collector.v1";
constexpr std::size_t most_subscriptions = 8;  // of one client
// Of each subscription the last tick and a new `hello`, or `hello` and what was before; and as many problems.
constexpr std::size_t most_waiting = 4 * most_subscriptions;
constexpr Duration looks_at_readings_every = std::chrono::seconds(1);

}  // namespace

struct StreamService::State {
  using Id = http::WebSockets::Id;
  struct Watched {
    LiveColumns columns;
    std::uint64_t last = 0;  // of the socket's messages: nothing more is said of it before that is taken
  };
  struct Client {
    Caller caller;
    std::map<std::int64_t, Watched> subscriptions;
  };

  State(Surroundings around, std::size_t most)
      : surroundings(std::move(around)),
        sockets(
            {.name = "web stream", .most = most, .waiting = most_waiting, .headers = all_security_headers()},
            {.opened = [](Id) {},
             .received = [this](Id id, std::string_view text) { received(id, text); },
             .closed = [this](Id id) { closed(id); }}) {}

  void received(Id id, std::string_view text);
  void subscribe(Id id, Client& client, Subscription wanted);
  void refuse_traffic(Id id, Client& client, std::int64_t number);
  void tell_news(Id id, Watched& watched, const Snapshot& snapshot, const StreamHead& head);
  void closed(Id id);
  void follow();
  void close_of(const std::string& credential);
  void close_those_who_ended();
  void tell(const std::shared_ptr<const TrafficSums>& traffic);
  void end(std::string_view why);

  Surroundings surroundings;
  std::atomic<bool> ended{false};
  std::mutex mutex;  // of what follows
  std::map<Id, Client> clients;
  bool follows = false;
  std::thread follower;
  std::shared_ptr<const TrafficSums> latest_traffic;
  http::WebSockets sockets;
};

void StreamService::State::received(Id id, std::string_view text) {
  const std::unique_lock lock(mutex);
  const auto client = clients.find(id);
  if (client == clients.end() || ended) return;  // else a thread would begin that nobody waits for
  auto message = parse_client_message(text, surroundings.measurements, client->second.caller);
  if (!message) return sockets.send(id, problem_text(message.error()));
  if (const auto* unwanted = std::get_if<Unsubscription>(&*message)) {
    client->second.subscriptions.erase(unwanted->id);
    return;
  }
  subscribe(id, client->second, std::get<Subscription>(std::move(*message)));
}

void StreamService::State::subscribe(Id id, Client& client, Subscription wanted) {
  const std::int64_t number = wanted.id;
  client.subscriptions.erase(number);
  if (client.subscriptions.size() >= most_subscriptions)
    return sockets.send(
        id, problem_text({.id = number,
                          .what = fmt::format("one stream has at most {} subscriptions; end one of them, or "
                                              "open another stream",
                                              most_subscriptions)}));
  Watched& watched =
      client.subscriptions.emplace(number, Watched{LiveColumns(std::move(wanted))}).first->second;
  const StreamHead head = surroundings.head();
  if (watched.columns.is_traffic() && !head.measures_traffic) return refuse_traffic(id, client, number);
  if (!watched.columns.is_traffic() || latest_traffic) tell_news(id, watched, *surroundings.latest(), head);
  if (std::exchange(follows, true)) return;
  if (follower.joinable()) follower.join();  // the last who watched had gone
  follower = std::thread([this] { follow(); });
  pthread_setname_np(follower.native_handle(), "web live");
}

// Nothing would ever come of it.
void StreamService::State::refuse_traffic(Id id, Client& client, std::int64_t number) {
  sockets.send(id, problem_text({.id = number,
                                 .what = "traffic is not measured here: the configuration has no `samplers: "
                                         "{net: on}`"}));
  client.subscriptions.erase(number);
}

// One that its client is behind with waits for its turn; the others of the client don't.
void StreamService::State::tell_news(Id id, Watched& watched, const Snapshot& snapshot,
                                     const StreamHead& head) {
  LiveColumns& columns = watched.columns;
  if (columns.is_traffic())
    columns.look(*latest_traffic);
  else
    columns.look(snapshot);
  if (sockets.taken(id) < watched.last) return;
  const bool is_first = !columns.is_greeted();
  for (std::string& text : columns.news(head))
    sockets.send(id, std::move(text));
  if (is_first && columns.is_traffic() && columns.wanted().back > 0)
    if (std::string before = columns.back(surroundings.traffic.recent()); !before.empty())
      sockets.send(id, std::move(before));
  watched.last = sockets.given(id);
}

void StreamService::State::closed(Id id) {
  const std::lock_guard lock(mutex);
  clients.erase(id);
}

void StreamService::State::follow() {
  std::uint64_t publication = surroundings.traffic.watch();
  while (!ended) {
    auto traffic = surroundings.traffic.wait(publication, looks_at_readings_every, ended);
    if (traffic) publication = traffic->publication;
    close_those_who_ended();
    const std::lock_guard lock(mutex);
    bool is_watched = false;
    for (const auto& [id, client] : clients)
      is_watched |= !client.subscriptions.empty();
    if (!is_watched || ended) {
      follows = false;
      latest_traffic.reset();
      break;
    }
    sockets.post([this, traffic = std::move(traffic)] { tell(traffic); });
  }
  surroundings.traffic.unwatch();
}

// Also those whose end was told while they were being opened.
void StreamService::State::close_those_who_ended() {
  if (!surroundings.is_valid) return;
  std::set<std::string> credentials;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, client] : clients)
      credentials.insert(client.caller.credential);
  }
  for (const std::string& credential : credentials)
    if (!surroundings.is_valid(credential)) close_of(credential);
}

void StreamService::State::close_of(const std::string& credential) {
  const std::lock_guard lock(mutex);
  for (const auto& [id, client] : clients) {
    if (client.caller.credential != credential) continue;
    sockets.send(id, bye_text("the token was removed, or has expired"));
    sockets.close(id);
  }
}

// On the sockets' thread.
void StreamService::State::tell(const std::shared_ptr<const TrafficSums>& traffic) {
  const std::lock_guard lock(mutex);
  if (traffic) latest_traffic = traffic;
  const auto snapshot = surroundings.latest();
  // A reload may have ended it.
  const StreamHead head = surroundings.head();
  const bool has_traffic = traffic || head.measures_traffic;
  for (auto& [id, client] : clients) {
    std::vector<std::int64_t> ended_ones;
    for (auto& [number, watched] : client.subscriptions) {
      const bool is_traffic = watched.columns.is_traffic();
      if (is_traffic && !has_traffic) ended_ones.push_back(number);
      if (!is_traffic || (has_traffic && latest_traffic)) tell_news(id, watched, *snapshot, head);
    }
    for (const std::int64_t number : ended_ones)
      refuse_traffic(id, client, number);
  }
}

void StreamService::State::end(std::string_view why) {
  if (ended.exchange(true)) return;
  surroundings.traffic.ring();
  std::thread thread;
  {
    const std::lock_guard lock(mutex);
    thread.swap(follower);
    for (const auto& [id, client] : clients)
      sockets.send(id, bye_text(why));
  }
  if (thread.joinable()) thread.join();
  sockets.stop();
}

StreamService::StreamService(Surroundings surroundings, std::size_t most)
    : state_(std::make_shared<State>(std::move(surroundings), most)) {
  state_->surroundings.traffic.remember_ticks();
}

StreamService::~StreamService() {
  stop();
}

http::Response StreamService::open(const http::Request& request, const Caller& caller) {
  if (state_->ended) return as_problem({.status = 503, .body = "the stream is ending\n"}, request.path);
  if (!sees_host(caller, state_->surroundings.head().host))
    return problem_response({.status = 403,
                             .type = "host",
                             .title = "the token is for other hosts",
                             .detail = "a stream is of the machine that is asked"},
                            request.path);
  const auto taken = [&](State::Id id) {
    const std::lock_guard lock(state_->mutex);
    state_->clients.emplace(id, State::Client{.caller = caller, .subscriptions = {}});
  };
  return as_problem(state_->sockets.open(request, stream_protocol, taken), request.path);
}

void StreamService::close_of(const std::string& credential) {
  state_->close_of(credential);
}

std::size_t StreamService::count() const {
  return state_->sockets.count();
}

void StreamService::stop(std::string_view why) {
  state_->end(why);
}

}  // namespace collector::web
