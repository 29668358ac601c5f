// Gate: who is let in, before anything else is looked at. A request is known by its bearer token, by what the
// kernel says of a Unix socket's other end, or is anonymous where that is allowed. Pure but for the token
// look-up; the server's thread.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/access/caller.h"
#include "collector/http/message.h"
#include "collector/web/problem.h"

namespace collector::web {

// What the configuration says of the listener.
struct Listening {
  std::string address;               // "127.0.0.1:7373"
  std::vector<std::string> names;    // that it may be asked by, beside addresses and localhost
  std::vector<std::string> origins;  // other sites that may read with a token, which they have to show
  std::vector<std::string> behind;   // proxies whose word about the client counts: addresses or networks
  bool has_tls = false;
  bool anonymous = true;  // viewers without a token, where nothing else forbids them
  bool receives = false;  // the configuration has a `receiver:`
};

// The caller of a bearer token; nothing: it is none, has expired, or was removed.
using FindToken = std::function<std::optional<Caller>(std::string_view token)>;

// Whether a listener lets anybody in without a token: only one that no other machine reaches, behind no
// proxy, and where no machine delivers. Of requests only those are let in that ask for this very machine: a
// name is what a proxy asks by, which may have been forgotten in `behind`.
bool admits_anonymous(const Listening& listening);

// Over TCP, in this order: whom it asks (Host: 400, 421), from which page it comes (Sec-Fetch-Site, Origin:
// 403), and by whom (Authorization: 401). Over a Unix socket root and this process's user are admin, the
// group of `status.group` is viewer, everybody else is refused (403).
std::expected<Caller, Problem> admit(const http::Request& request, const Listening& listening,
                                     const FindToken& find);

// Whether another site's form could have sent what changes something: those can't send JSON without asking
// first (415). Looked at when it is known that there is something to change.
std::expected<void, Problem> check_form(const http::Request& request);

// The ticket that opens a stream, which browsers can't give a header Authorization: of the protocols that it
// offers ("collector.v1, ticket.…"). Empty: there is none.
std::string_view ticket_of(const http::Request& request);

// The answer to the question that browsers ask before they ask for a page of another site; nothing: the
// request is none, or does not ask who listens here: admit() says so.
std::optional<http::Response> preflight(const http::Request& request, const Listening& listening);

}  // namespace collector::web
