#include "collector/web/visible.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace collector::web {
namespace {

// Of the history, which does not keep what a measurement is about: whatever a sampler calls about_machine,
// and what the collector says of the numbers and of itself. What is not named here is for those who sign in.
constexpr std::array<std::string_view, 16> about_the_machine{
    "cpu", "disk",     "diskio",   "dropped",   "gap",        "internal", "kernel", "mem",
    "net", "netproto", "pressure", "processes", "quarantine", "swap",     "system", "temp"};

constexpr std::string_view failed = "failed; who signs in is told why";
constexpr std::string_view left_out = "something was left out; who signs in is told what";
constexpr std::string_view warned = "there is a warning; who signs in is told of what";
constexpr std::string_view noted = "there is a note; who signs in is told of what";

// Texts may have paths, addresses and commands in them: that there is one is told, and of what kind it is.
void hide(std::string& text, std::string_view kind = failed) {
  if (!text.empty()) text = kind;
}

void hide_remarks(const Caller& caller, SamplerStatus& sampler) {
  hide(sampler.figures.last_error);
  hide(sampler.figures.rejected_text, left_out);
  hide(sampler.figures.warning, warned);
  // A note is no failure. What it names (an interface that is down, a filesystem that is left out) is in the
  // measurement's tags.
  if (!sees_measurement(caller, sampler.name)) hide(sampler.figures.notice, noted);
}

}  // namespace

bool sees_host(const Caller& caller, std::string_view host) {
  if (caller.hosts.empty()) return true;
  const std::string name(host);
  return std::ranges::any_of(caller.hosts, [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

bool sees_measurement(const Caller& caller, std::string_view name) {
  return !caller.is_anonymous || std::ranges::find(about_the_machine, name) != about_the_machine.end();
}

bool sees_measurement(const Caller& caller, const Measurement& measurement) {
  return !caller.is_anonymous || measurement.about_machine;
}

bool sees_plan(const Caller& caller, const BillingPlan& plan, std::string_view this_host) {
  if (caller.hosts.empty()) return true;
  return plan.hosts.empty() && sees_host(caller, this_host);
}

bool sees_event(const Caller& caller, const history::Mark& mark, std::string_view measurement) {
  return sees_host(caller, mark.host) && sees_measurement(caller, measurement);
}

std::optional<Problem> hidden_collector(const Caller& caller, std::string_view this_host) {
  if (sees_host(caller, this_host)) return std::nullopt;
  return Problem{.status = 403,
                 .type = "host",
                 .title = "this is of a host that the token is not for",
                 .detail = "GET /api/v1/devices names those it is for"};
}

Status visible_status(const Caller& caller, Status status) {
  if (!caller.is_anonymous && caller.hosts.empty()) return status;
  status.configuration.file.clear();
  status.configuration.state.clear();
  for (std::string& problem : status.configuration.problems)
    hide(problem);
  for (SamplerStatus& sampler : status.samplers)
    hide_remarks(caller, sampler);
  hide(status.page_problem);
  hide(status.writer.error);
  hide(status.boot.untellable);
  status.boot.name.clear();
  status.spool.events.clear();
  for (SinkStatus& sink : status.sinks) {
    sink.target.clear();
    hide(sink.runner.last_error);
    for (SinkNote& note : sink.runner.notes)
      hide(note.text, note.warning ? warned : noted);
  }
  return status;
}

}  // namespace collector::web
