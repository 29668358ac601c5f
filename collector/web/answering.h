// Answering: from a request that was let in to its answer, by the table of routes; without a server, so that
// tests ask as clients do.
#pragma once

#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include "collector/access/caller.h"
#include "collector/http/message.h"
#include "collector/web/problem.h"
#include "collector/web/route.h"
#include "collector/web/sources.h"

namespace collector::web {

// A request that has a route, for whoever asks.
struct TakenRequest {
  const Route* route = nullptr;
  ReadParameters read;
  std::string_view type;  // of the answer, as it is asked for
};

// Fails with 404, 405, 415, 401, 403, 406, 400, or 422 of a route that asks no history: one that does adds
// its own mistakes.
std::expected<TakenRequest, Problem> take_request(std::span<const Route* const> table,
                                                  const http::Request& request, const Caller& caller);

// Of a route that is no Work::later. Never throws: what a route throws is 500, and is logged.
http::Response answer_request(const TakenRequest& taken, const http::Request& request, const Caller& caller,
                              const Sources& sources);

}  // namespace collector::web
