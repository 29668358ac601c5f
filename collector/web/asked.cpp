#include "collector/web/asked.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "collector/history/plan_periods.h"
#include "collector/history/time_words.h"
#include "collector/web/etag.h"
#include "collector/web/finish.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"
#include "config/suggest.h"
#include "config/time_zones.h"

namespace collector::web {
namespace {

using history::Seconds;

constexpr std::string_view retry_after_seconds = "1";

bool is_of_plan(std::string_view word) {
  return word == "period" || word == "last-period";
}

}  // namespace

Answered<Asked> Asked::open(const Call& call) {
  auto file = call.sources.history();
  if (!file) return std::unexpected(std::move(file.error()));
  const auto name = file->day_zone();
  auto zone = history::Zone::configured(name ? *name : call.sources.configuration()->timezone);
  Asked asked(call, std::move(*file), zone ? std::move(*zone) : history::Zone::utc());
  if (!name) return std::unexpected(asked.failed(name.error()));
  asked.now_ = call.sources.now();
  asked.mistakes_ = call.mistakes;
  asked.choose_plan();
  if (asked.has("tz")) {
    auto typed = history::Zone::load(call.values.text("tz"));
    const auto mistake = mistake_in_zone(call.values.text("tz"), "/usr/share/zoneinfo");
    if (typed && !mistake)
      asked.zone_ = std::move(*typed);
    else
      asked.mistaken("tz", mistake ? *mistake : typed.error());
  }
  return asked;
}

bool Asked::has(std::string_view parameter) const {
  return call_->values.knows(parameter) && call_->values.has(parameter);
}

void Asked::choose_plan() {
  const auto configuration = call_->sources.configuration();
  plans_ = call_->sources.plans(*configuration);
  std::erase_if(
      plans_, [&](const BillingPlan& plan) { return !sees_plan(call_->caller, plan, configuration->host); });
  if (!has("plan")) {
    if (!plans_.empty()) plan_ = plans_.front();
    return;
  }
  const std::string& name = call_->values.text("plan");
  std::vector<std::string_view> names;
  for (const BillingPlan& plan : plans_) {
    names.push_back(plan.name);
    if (plan.name == name) plan_ = plan;
  }
  if (!plan_) mistaken("plan", "there is no such plan", std::string(nearest(name, names)));
}

Answered<HistoryQuestion> Asked::question(const history::Selection& selection, const history::Interval& range,
                                          history::BucketUnit unit) {
  const auto known = content();
  if (!known) return std::unexpected(known.error());
  HistoryQuestion question;
  question.zone = zone_;
  question.now = now_;
  question.selection = selection;
  question.range = range;
  question.buckets.unit = unit;
  question.plan = plan_;
  question.this_host = call_->sources.configuration()->host;
  question.known_from = (*known)->time ? (*known)->time->start : now_;
  if (sees_host(call_->caller, question.this_host)) question.refused = call_->sources.refused();
  return question;
}

Answered<bool> Asked::sees_any_of(const std::string& name) const {
  const Caller& caller = call_->caller;
  if (!sees_measurement(caller, name)) return false;
  if (caller.hosts.empty()) return true;
  const auto series = file_.series({name, {{"host", caller.hosts}}, 0, 1});
  if (!series) return std::unexpected(failed(series.error()));
  return !series->empty();
}

Answered<std::vector<history::HistoryMeasurement>> Asked::measurements() const {
  auto all = file_.measurements();
  if (!all) return std::unexpected(failed(all.error()));
  std::vector<history::HistoryMeasurement> seen;
  for (history::HistoryMeasurement& one : *all) {
    const auto sees = sees_any_of(one.name);
    if (!sees) return std::unexpected(sees.error());
    if (*sees) seen.push_back(std::move(one));
  }
  return seen;
}

Answered<std::optional<history::Interval>> Asked::seen_time() const {
  const auto all = measurements();
  if (!all) return std::unexpected(all.error());
  std::optional<history::Interval> time;
  for (const history::HistoryMeasurement& one : *all) {
    const auto series =
        file_.series({one.name, {{"host", call_->caller.hosts}}, 0, std::numeric_limits<std::size_t>::max()});
    if (!series) return std::unexpected(failed(series.error()));
    for (const history::HistorySeries& each : *series) {
      if (!each.time) continue;
      if (!time) time = each.time;
      time->start = std::min(time->start, each.time->start);
      time->end = std::max(time->end, each.time->end);
    }
  }
  return time;
}

Answered<const history::HistoryContent*> Asked::content() {
  if (content_) return &*content_;
  auto all = file_.content();
  if (!all) return std::unexpected(failed(all.error()));
  const Caller& caller = call_->caller;
  std::erase_if(all->hosts, [&](const std::string& host) { return !sees_host(caller, host); });
  std::erase_if(all->interfaces,
                [&](const history::HistoryInterface& one) { return !sees_host(caller, one.host); });
  if (!caller.hosts.empty()) {
    const auto known = seen_time();
    if (!known) return std::unexpected(known.error());
    all->time = *known;
  }
  content_ = std::move(*all);
  return &*content_;
}

Answered<history::Interval> Asked::range() {
  const std::string& from = call_->values.text("from");
  const std::string& to = call_->values.text("to");
  history::TimeContext context{.now = now_, .zone = zone_};
  if (plan_) {
    context.period = history::cycle_of(plan_->cycle);
    if (is_of_plan(from) || is_of_plan(to)) context.zone = zone_ = history::zone_of(*plan_, zone_);
  }
  const auto start = history::range_of(from, context);
  const auto end = history::range_of(to, context);
  if (!start) mistaken("from", start.error());
  if (!end) mistaken("to", end.error());
  if (!start || !end) return history::Interval{now_, now_};
  auto range = history::range_between(from, to, context);
  if (!range) {
    mistaken("from", range.error());
    return history::Interval{now_, now_};
  }
  if (from == "all") {
    const auto known = content();
    if (!known) return std::unexpected(known.error());
    range->start = std::min((*known)->time ? (*known)->time->start : range->end, range->end);
  }
  return *range;
}

history::Bucketing Asked::bucketing(std::string_view unit) const {
  history::Bucketing bucketing;
  for (const auto each : {history::BucketUnit::none, history::BucketUnit::five_minutes,
                          history::BucketUnit::hour, history::BucketUnit::day, history::BucketUnit::week,
                          history::BucketUnit::month, history::BucketUnit::year, history::BucketUnit::period})
    if (history::name_of(each) == unit) bucketing.unit = each;
  if (plan_) bucketing.period = history::cycle_of(plan_->cycle);
  return bucketing;
}

void Asked::mistaken(std::string_view parameter, std::string what, std::string attempt) {
  const bool is_known = call_->values.knows(parameter);
  mistakes_.push_back({std::string(parameter), is_known ? call_->values.text(parameter) : "", std::move(what),
                       std::move(attempt)});
}

void Asked::mistaken(std::string_view parameter, const Error& error) {
  const std::string value = call_->values.knows(parameter) ? call_->values.text(parameter) : "";
  std::string_view what = error.what;
  const std::string repeated = "'" + value + "' is ";
  if (what.starts_with(repeated)) what.remove_prefix(repeated.size());
  mistaken(parameter, std::string(what), attempt_of(error));
}

Answered<void> Asked::check() const {
  if (mistakes_.empty()) return {};
  return std::unexpected(parameter_problem(mistakes_));
}

Problem Asked::failed(const Error& error) const {
  using Failure = history::HistoryFile::Failure;
  switch (file_.last_failure()) {
    case Failure::time:
      return {.status = 503,
              .type = "too-long",
              .title = "the question takes too long",
              .detail = "ask for a shorter time, or for longer buckets; or try again when less is going on",
              .headers = {{"Retry-After", std::string(retry_after_seconds)}}};
    case Failure::size:
    case Failure::question: {
      Problem problem = parameter_problem({});
      problem.title = "the question can't be answered as it is";
      problem.detail = error.text();
      return problem;
    }
    default:
      return {.status = 503,
              .type = "history",
              .title = "the history can't be read now",
              .detail = "collector status says more",
              .headers = {{"Retry-After", "5"}}};
  }
}

http::Response from_history(const Call& call, Answered<http::Response> (*make)(Asked& asked),
                            http::Response (*otherwise)(const Call& call, const Problem& why)) {
  auto asked = Asked::open(call);
  if (!asked) {
    // What is known to be wrong is said first: it stays wrong.
    if (!call.mistakes.empty()) return problem_response(parameter_problem(call.mistakes), call.request.path);
    if (otherwise != nullptr && asked.error().status == 404) return otherwise(call, asked.error());
    return problem_response(asked.error(), call.request.path);
  }
  // What was sent in a body is nothing that a cache could ask for again.
  const std::string tag = call.request.method == "GET" ? tag_of(*asked) : "";
  if (call.mistakes.empty() && !tag.empty() && names_tag(call.request.header("If-None-Match"), tag))
    return {.status = 304, .type = "", .headers = {{"ETag", tag}}};
  auto response = make(*asked);
  if (!response) return problem_response(response.error(), call.request.path);
  if (response->status == 200 && !tag.empty())
    response->headers.insert(response->headers.end(), {{"ETag", tag}, {"Vary", "Accept"}});
  return std::move(*response);
}

}  // namespace collector::web
