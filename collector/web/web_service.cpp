#include "collector/web/web_service.h"

#include <malloc.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "collector/core/job_thread.h"
#include "collector/http/host.h"
#include "collector/http/server.h"
#include "collector/http/sockets.h"
#include "collector/transport/tls_front.h"
#include "collector/web/answering.h"
#include "collector/web/entrance.h"
#include "collector/web/finish.h"
#include "collector/web/history_access.h"
#include "collector/web/page_address.h"
#include "collector/web/router.h"
#include "collector/web/sources.h"
#include "collector/web/stream/stream_service.h"

namespace collector::web {
namespace {

// The last one is answered within some seconds; by the default limits there are never as many.
constexpr std::size_t questions_waiting = 256;
constexpr std::size_t handshakes = 16;  // of TLS, beside the connections

// By which it may be asked.
std::vector<std::string> names_of(const Configuration& configuration) {
  std::vector<std::string> names = configuration.web->names;
  std::ranges::move(http::machine_names(), std::back_inserter(names));
  names.push_back(configuration.host);
  return names;
}

// Whether a server that was made for the one serves the other: everything else is looked at by each request.
// Who was let in by other rules is not kept.
bool is_same_server(const WebConfiguration& a, const WebConfiguration& b) {
  return a.listen == b.listen && a.certificate == b.certificate && a.key == b.key &&
         a.connections == b.connections && a.connections_per_address == b.connections_per_address &&
         a.sockets == b.sockets && a.behind.empty() == b.behind.empty() &&
         a.is_anonymous_viewer == b.is_anonymous_viewer;
}

}  // namespace

struct WebService::State : std::enable_shared_from_this<WebService::State> {
  State(Assembly& parts, const Catalog& all, Access& who, Controls can)
      : assembly(parts),
        catalog(all),
        access(who),
        entrance(who),
        worker("web history", questions_waiting, [] { malloc_trim(0); }) {
    sources.status = [this] { return assembly.status().collect(); };
    sources.latest = [this] { return assembly.board().latest(); };
    sources.configuration = [this] {
      const std::lock_guard lock(mutex);
      return configuration;
    };
    sources.configuration_text = [this] {
      const std::lock_guard lock(mutex);
      return configuration_text;
    };
    sources.now = [] { return std::chrono::floor<std::chrono::seconds>(SystemClock().now().wall); };
    sources.history = [this] {
      return open_history(*sources.configuration(), assembly.open_window(), stopped);
    };
    sources.work = [this](std::function<void()> job) {
      return worker.add([job = std::move(job)](const std::atomic<bool>& ends) {
        if (!ends) job();
      }) == JobThread::Added::yes;
    };
    sources.refused = [this] { return refused_by_history(*sources.configuration()); };
    sources.plans = plans_of;
    sources.stream = [this](const http::Request& request, const Caller& caller) {
      if (const auto open = current_stream()) return open->open(request, caller);
      return problem_response(
          {.status = 404, .type = "no-stream", .title = "there is no stream without `web: {listen: …}`"},
          request.path);
    };
    sources.reload = std::move(can.reload);
    sources.replay = std::move(can.replay);
    sources.access = &access;
  }

  void adopt(const Configuration& wanted);
  StreamHead stream_head() const;
  std::shared_ptr<StreamService> current_stream() const {
    const std::lock_guard lock(mutex);
    return stream;
  }
  void end_stream(std::string_view why);
  void set_stream(std::shared_ptr<StreamService> wanted);
  void tell_page(const Configuration& wanted);
  void answer(const http::Request& request, const http::Reply& reply);
  void answer_admitted(const http::Request& request, Caller caller, const http::Reply& reply);
  std::expected<std::size_t, http::Response> admit_head(const http::Request& head);

  Assembly& assembly;
  const Catalog& catalog;
  Access& access;
  Entrance entrance;
  Sources sources;
  std::atomic<bool> stopped{false};
  mutable std::mutex mutex;  // of what follows
  std::shared_ptr<const Configuration> configuration;
  std::string configuration_text;  // the tag of each answer asks for it
  std::shared_ptr<StreamService> stream;
  JobThread worker;
  std::unique_ptr<http::Server> server;  // of the thread that adopts, as those that it made end
  std::vector<std::unique_ptr<http::Server>> ended;
  std::unique_ptr<transport::TlsFront> tls;  // before the server, where it is configured
};

void WebService::State::adopt(const Configuration& wanted) {
  {
    const std::lock_guard lock(mutex);
    const auto before = std::exchange(configuration, std::make_shared<const Configuration>(wanted));
    configuration_text = print_configuration(wanted, catalog);
    if (before && before->web == wanted.web && before->host == wanted.host) return;
    if (wanted.web) {
      const WebConfiguration& web = *wanted.web;
      entrance.adopt({.address = web.listen,
                      .names = names_of(wanted),
                      .origins = web.origins,
                      .behind = web.behind,
                      .has_tls = !web.certificate.empty(),
                      .anonymous = web.is_anonymous_viewer},
                     static_cast<double>(web.requests_per_second), static_cast<double>(web.burst));
    }
    if (server && wanted.web && is_same_server(*before->web, *wanted.web)) return tell_page(wanted);
  }
  // Without the lock: a thread that answers may be waiting for it. Its port is wanted again.
  end_stream(wanted.web ? "the page's server begins anew: its configuration has changed"
                        : "the page is no longer served: the configuration has no `web: {listen: …}`");
  assembly.status().set_page(nullptr);
  tls.reset();
  if (server) {
    server->stop();
    // An answer that is on its way, such as that to the reload itself, still has somebody to go to.
    ended.push_back(std::move(server));
  }
  set_stream(nullptr);
  if (!wanted.web) return;
  const WebConfiguration& web = *wanted.web;
  set_stream(std::make_shared<StreamService>(
      StreamService::Surroundings{
          .traffic = assembly.traffic(),
          .latest = sources.latest,
          .head = [this] { return stream_head(); },
          .measurements = catalog.measurements,
          .is_valid = [this](const std::string& credential) { return access.is_valid(credential); }},
      web.sockets));
  const http::TcpPort port{web.listen, "web.listen"};
  const bool has_tls = !web.certificate.empty();
  server = std::make_unique<http::Server>(
      http::ServerSettings{
          .name = "web",
          .endpoints = has_tls ? std::vector<http::Endpoint>{} : std::vector<http::Endpoint>{port},
          .admit = [this](const http::Request& head) { return admit_head(head); },
          .tell_refusal = tell_refusal,
          .connections = web.connections,
          // All connections of a proxy are from its address.
          .per_address = web.behind.empty() ? web.connections_per_address : web.connections},
      [this](const http::Request& request, const http::Reply& reply) { answer(request, reply); });
  if (!has_tls) return tell_page(wanted);
  tls = std::make_unique<transport::TlsFront>(transport::TlsFront::Settings{
      .name = "web tls",
      .certificate = web.certificate,
      .key = web.key,
      // As many as the server has, with streams and answers in parts, and some that shake hands.
      .connections = web.connections + web.sockets + http::ServerSettings().streams + handshakes,
      .listen = [port] { return http::listen_tcp(port); },
      .accepted = [this](Descriptor plain,
                         int network) { server->take(std::move(plain), http::client_address(network)); }});
  tell_page(wanted);
}

void WebService::State::tell_page(const Configuration& wanted) {
  assembly.status().set_page(
      [address = page_address(wanted), plain = server.get(), front = tls.get()]() -> PageStatus {
        if (front == nullptr) return {.address = address, .unserved = plain->problem(), .complaint = {}};
        return {.address = address, .unserved = front->listening_problem(), .complaint = front->problem()};
      });
}

// While there is still a way to those who watch: it may go through the TLS front.
void WebService::State::end_stream(std::string_view why) {
  if (const auto open = current_stream()) open->stop(why);
}

void WebService::State::set_stream(std::shared_ptr<StreamService> wanted) {
  const std::lock_guard lock(mutex);
  stream.swap(wanted);  // what was there ends without the lock
}

// Whoever is not let in has nothing read.
std::expected<std::size_t, http::Response> WebService::State::admit_head(const http::Request& head) {
  if (auto away = entrance.turn_away(head))
    return std::unexpected(finished(std::move(*away), head, entrance.origins()));
  return admit_body(head);
}

StreamHead WebService::State::stream_head() const {
  const auto in_force = sources.configuration();
  StreamHead head{.host = in_force->host, .zone = zone_in_force(*in_force), .measures_traffic = false};
  for (const SamplerConfiguration& sampler : in_force->samplers)
    if (sampler.name == "net") {
      head.measures_traffic = true;
      head.interval_ms = std::chrono::duration_cast<std::chrono::milliseconds>(sampler.interval).count();
    }
  return head;
}

void WebService::State::answer(const http::Request& request, const http::Reply& reply) {
  const http::Reply finish = [reply, request, origins = entrance.origins()](http::Response response) {
    reply(finished(std::move(response), request, origins));
  };
  auto caller = entrance.let_in(request);
  if (access.has_use_to_store())
    worker.add([self = shared_from_this()](const std::atomic<bool>& ends) {
      if (!ends) self->access.store_use();
    });
  if (!caller) return finish(std::move(caller.error()));
  answer_admitted(request, *std::move(caller), finish);
}

void WebService::State::answer_admitted(const http::Request& request, Caller caller,
                                        const http::Reply& reply) {
  const auto refuse = [&](const Problem& problem) { reply(problem_response(problem, request.path)); };
  auto taken = take_request(routes(), request, caller);
  if (!taken) return refuse(taken.error());
  const Route& route = *taken->route;
  if (route.work == Work::quick) return reply(answer_request(*taken, request, caller, sources));
  if (route.work == Work::later)
    return route.answer_later({request, taken->read.values, caller, sources, taken->type, {}}, reply);
  const auto added = worker.add([self = shared_from_this(), request, reply, taken = std::move(*taken),
                                 caller = std::move(caller)](const std::atomic<bool>& ends) {
    http::Response response = answer_request(taken, request, caller, self->sources);
    if (!ends) reply(std::move(response));
  });
  if (added != JobThread::Added::yes)
    refuse({.status = 503,
            .type = "busy",
            .title = "others are being answered",
            .headers = {{"Retry-After", "2"}}});
}

WebService::WebService(Assembly& assembly, const Catalog& catalog, Access& access, Controls controls)
    : state_(std::make_shared<State>(assembly, catalog, access, std::move(controls))) {
  access.on_gone([weak = std::weak_ptr(state_)](const std::string& credential) {
    const auto state = weak.lock();
    if (!state) return;
    if (const auto stream = state->current_stream()) stream->close_of(credential);
  });
  adopt(assembly.configuration());
}

WebService::~WebService() {
  state_->stopped = true;
  state_->end_stream("the collector is ending");
  state_->worker.stop();
  state_->access.store_use();
  state_->assembly.status().set_page(nullptr);
  state_->tls.reset();
  state_->server.reset();
  state_->ended.clear();
  state_->set_stream(nullptr);
}

http::Handler WebService::handler() const {
  return [state = state_](const http::Request& request, const http::Reply& reply) {
    if (state->stopped)
      return reply(as_problem({.status = 503, .body = "the collector is ending\n"}, request.path));
    state->answer(request, reply);
  };
}

std::expected<std::size_t, http::Response> WebService::admit_body(const http::Request& head) {
  const auto found = find_route(routes(), head.method, head.path);
  if (found) return found->route->body;
  if (!head.has_body()) return 0;
  return std::unexpected(finished(problem_response(found.error(), head.path), head, {}));
}

http::Response WebService::tell_refusal(const http::Response& refusal, const http::Request& request) {
  return finished(as_problem(refusal, request.path), request, {});
}

void WebService::adopt(const Configuration& configuration) {
  state_->adopt(configuration);
}

}  // namespace collector::web
