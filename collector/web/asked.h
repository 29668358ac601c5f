// Asked: a question to the history as a route asks it: the file, opened for the call, and what the parameters
// mean there: times in its zone, names that it has. Mistakes are collected until all are known. Belongs to
// one call, on the worker's thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/answers/question.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/history_file.h"
#include "collector/web/problem.h"
#include "collector/web/route.h"
#include "config/plan.h"

namespace collector::web {

template <typename T>
using Answered = std::expected<T, Problem>;

// What a question is about, and what the fields of that are.
struct AskedSelection {
  history::Selection selection;
  std::vector<history::HistoryField> fields;  // in the selection's order
  std::vector<std::string> by;                // tags that tell the groups apart
  std::vector<std::string> tags;              // that the measurement has
};

class Asked {
 public:
  static Answered<Asked> open(const Call& call);

  const Call& call() const { return *call_; }
  const history::HistoryFile& file() const { return file_; }
  const history::Zone& zone() const { return zone_; }
  history::Seconds now() const { return now_; }
  const std::optional<BillingPlan>& plan() const { return plan_; }
  // The file's hosts and interfaces, as far as the caller sees them; read when first asked for.
  Answered<const history::HistoryContent*> content();
  // Those that the caller sees anything of.
  Answered<std::vector<history::HistoryMeasurement>> measurements() const;

  // Of parameters `from` and `to`, in the zone; of the plan's where they are its periods.
  Answered<history::Interval> range();
  // Of measurement, field, by, where, host and scope, as far as the route has them.
  Answered<AskedSelection> selection();
  // Traffic of the uplinks that the caller sees, or of those of the host that is asked for.
  Answered<history::Selection> traffic();
  history::Bucketing bucketing(std::string_view unit) const;
  // The same question as the answers that screens share have it (history/answers).
  Answered<HistoryQuestion> question(const history::Selection& selection, const history::Interval& range,
                                     history::BucketUnit unit = history::BucketUnit::none);
  // The plans that the caller sees, or the one that is asked for.
  const std::vector<BillingPlan>& plans() const { return plans_; }

  void mistaken(std::string_view parameter, std::string what, std::string attempt = {});
  void mistaken(std::string_view parameter, const Error& error);
  // Fails where there were mistakes, with all of them: to be asked when all parameters were looked at.
  Answered<void> check() const;
  // Why the file has not answered.
  Problem failed(const Error& error) const;

 private:
  Answered<bool> sees_any_of(const std::string& name) const;
  // Of the hosts that the caller sees.
  Answered<std::optional<history::Interval>> seen_time() const;
  Asked(const Call& call, history::HistoryFile file, history::Zone zone)
      : call_(&call), file_(std::move(file)), zone_(std::move(zone)) {}
  bool has(std::string_view parameter) const;
  void choose_plan();
  Answered<void> choose_host(history::Selection& selection);
  Answered<void> choose_where(const std::vector<std::string>& tags, history::Selection& selection);
  void choose_groups(const std::vector<std::string>& tags, AskedSelection& asked);
  Answered<history::HistoryMeasurement> measurement(const std::string& name);

  const Call* call_;
  history::HistoryFile file_;
  history::Zone zone_;
  history::Seconds now_{};
  std::vector<BillingPlan> plans_;
  std::optional<BillingPlan> plan_;
  std::optional<history::HistoryContent> content_;
  std::vector<ParameterMistake> mistakes_;
};

// Answers with what `make` makes of the open history: what it fails with becomes a problem, and the answer
// gets the tag of the state that it is of. Who has that state already is told so, without a question. Where
// there is no history: what `otherwise` makes of that.
http::Response from_history(const Call& call, Answered<http::Response> (*make)(Asked& asked),
                            http::Response (*otherwise)(const Call& call, const Problem& why) = nullptr);

}  // namespace collector::web
