// WebService: the history and the present over HTTP, and the page; on a server and a thread of their own, so
// that `collector status` answers however hard the page is used. Nothing listens unless `web:` says so.
//
//   request ─► gate (who) ─► router (what) ─► parameters ─► quick: at once
//                                                        └► worker: a history for the call ─► reply
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>

#include "collector/access/access.h"
#include "collector/app/assembly.h"
#include "collector/http/message.h"
#include "config/configuration.h"

namespace collector::web {

// What the running collector can be made to do; called on the server's thread, answered when it is done.
struct Controls {
  std::function<void(http::Reply)> reload;
  std::function<void(const http::Request&, http::Reply)> replay;
};

class WebService {
 public:
  // The assembly, the catalogue and `access` outlive it.
  WebService(Assembly& assembly, const Catalog& catalog, Access& access, Controls controls);
  // Waits a second at most for a question to the history that is under way.
  ~WebService();
  WebService(const WebService&) = delete;
  WebService& operator=(const WebService&) = delete;

  // For what is asked over the Unix socket of `collector status`; may outlive the service, and refuses then.
  http::Handler handler() const;
  // As much of a body as the route takes; what has no route is answered unread.
  static std::expected<std::size_t, http::Response> admit_body(const http::Request& head);
  // What the server itself refuses, as all else is refused.
  static http::Response tell_refusal(const http::Response& refusal, const http::Request& request);

  // Another configuration is in force. From any thread.
  void adopt(const Configuration& configuration);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace collector::web
