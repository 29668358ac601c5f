// Sources: what answers are made from. Functions, so that routes know no loop, and tests need none.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/access/access.h"
#include "collector/app/snapshot.h"
#include "collector/app/status.h"
#include "collector/app/traffic_board.h"
#include "collector/core/time.h"
#include "collector/history/answers/question.h"
#include "collector/history/history_file.h"
#include "collector/http/message.h"
#include "collector/web/problem.h"
#include "config/configuration.h"
#include "config/plan.h"

namespace collector::web {

struct Sources {
  // Of all but the history: from any thread, at once.
  std::function<Status()> status;
  std::function<std::shared_ptr<const Snapshot>()> latest;
  std::function<std::shared_ptr<const Configuration>()> configuration;  // in force
  std::function<std::string()> configuration_text;  // masked, as `collector config` has it
  // A history for one call, with its limits and the open window; on the worker's thread. Fails where there is
  // no SQLite sink, or no file yet.
  std::function<std::expected<history::HistoryFile, Problem>()> history;
  // Rows that the history's file did not take; on the worker's thread.
  std::function<std::vector<RefusedTime>()> refused;
  // Does it on the worker's thread, too: of an answer that is made in parts. False: too many wait.
  std::function<bool(std::function<void()>)> work;
  std::function<history::Seconds()> now;
  std::vector<BillingPlan> (*plans)(const Configuration& configuration) = nullptr;
  // The answer to whoever wants to be told of each tick.
  std::function<http::Response(const http::Request&, const Caller&)> stream;
  // As SIGHUP, and as `collector replay`; answer when it is done.
  std::function<void(http::Reply)> reload;
  std::function<void(const http::Request&, http::Reply)> replay;
  Access* access = nullptr;  // who is let in: never null where requests are answered
};

}  // namespace collector::web
