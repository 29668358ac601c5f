#include "collector/app/plan.h"

#include <gtest/gtest.h>

#include "tests/app/configurations.h"

namespace collector {
namespace {

using test::configured;

std::string planned(const std::string& from, const std::string& to) {
  const Configuration running = configured(from);
  const auto plan = make_plan(&running, configured(to));
  if (!plan) return "refused: " + plan.error().front().text();
  EXPECT_EQ(plan->nothing(), plan->text() == "nothing has changed");
  return plan->text();
}

const std::string two = R"(samplers: {default: off, cpu: , mem: }
sinks:
  a: {type: sqlite, path: a.db}
  b: {type: sqlite, path: b.db}
)";

TEST(Plan, NothingChanged) {
  EXPECT_EQ(planned(two, two), "nothing has changed");
  EXPECT_EQ(planned("", ""), "nothing has changed");
}

TEST(Plan, OrderCommentsAndDefaultsSpeltOutAreNoChange) {
  EXPECT_EQ(planned(two, R"(interval: 1s  # the default
sinks:
  b: {type: sqlite, path: b.db}
  a: {path: a.db, type: sqlite, every: 0s}
samplers: {mem: , default: off, cpu: {per_core: false}}
)"),
            "nothing has changed");
}

TEST(Plan, FromNothingEverythingIsAdded) {
  const auto plan = make_plan(nullptr, configured(two));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->text(), "sampler cpu: add; sampler mem: add; sink a: add; sink b: add");
}

TEST(Plan, SamplerAddedAndRemoved) {
  EXPECT_EQ(planned("samplers: {default: off, cpu: }", "samplers: {default: off, cpu: , swap: }"),
            "sampler swap: add");
  EXPECT_EQ(planned("samplers: {default: off, cpu: , swap: }", "samplers: {default: off, swap: }"),
            "sampler cpu: remove");
}

TEST(Plan, SamplersIntervalIsAdjustedItsSettingsReplaceIt) {
  EXPECT_EQ(planned("samplers: {default: off, cpu: }", "samplers: {default: off, cpu: {interval: 5s}}"),
            "sampler cpu: adjust (interval)");
  EXPECT_EQ(planned("samplers: {default: off, cpu: }", "samplers: {default: off, cpu: {per_core: true}}"),
            "sampler cpu: replace (per_core)");
  EXPECT_EQ(planned("samplers: {default: off, cpu: }",
                    "samplers: {default: off, cpu: {per_core: true, interval: 5s}}"),
            "sampler cpu: replace (interval, per_core)");
}

// Days are cut anew by the sinks that cut them, and by no others.
TEST(Plan, TheTimeZoneReplacesWhatCutsDays) {
  const std::string sinks = "sinks: {a: {type: sqlite, path: a.db}, b: {type: json, directory: j}}\n";
  EXPECT_EQ(planned(sinks, "timezone: Europe/Berlin\n" + sinks), "timezone; sink a: replace (timezone)");
  EXPECT_EQ(planned("timezone: UTC\n" + sinks,
                    "timezone: Europe/Berlin\n"
                    "sinks: {a: {type: sqlite, path: c.db}, b: {type: json, directory: j}}"),
            "timezone; sink a: replace (path)");
}

// So do those that keep what was billed.
TEST(Plan, OtherPlansReplaceWhatKeepsTheirPeriods) {
  const std::string sinks = "sinks: {a: {type: sqlite, path: a.db}, b: {type: json, directory: j}}\n";
  const std::string plans = "plans: {home: {quota: 1TB}}\n";
  EXPECT_EQ(planned(sinks, plans + sinks), "plans; sink a: replace (plans)");
  EXPECT_EQ(planned(plans + sinks, plans + "host: other\n" + sinks), "host; sink a: replace (plans)");
  EXPECT_EQ(planned(sinks, "host: other\n" + sinks), "host");
}

TEST(Plan, TopIntervalMovesTheSamplersThatFollowIt) {
  EXPECT_EQ(planned("samplers: {default: off, cpu: , mem: {interval: 4s}}",
                    "interval: 2s\nsamplers: {default: off, cpu: , mem: {interval: 4s}}"),
            "interval; sampler cpu: adjust (interval)");
}

TEST(Plan, SinkAddedRemovedRenamed) {
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}",
                    "sinks: {a: {type: sqlite, path: a.db}, b: {type: json, directory: j}}"),
            "sink b: add");
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}, b: {type: json, directory: j}}",
                    "sinks: {b: {type: json, directory: j}}"),
            "sink a: remove");
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}", "sinks: {c: {type: sqlite, path: a.db}}"),
            "sink c: add; sink a: remove");
}

TEST(Plan, SinksTypeTargetAndScheduleReplaceIt) {
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}", "sinks: {a: {type: json, directory: j}}"),
            "sink a: replace (type)");
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}", "sinks: {a: {type: sqlite, path: c.db}}"),
            "sink a: replace (path)");
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}",
                    "sinks: {a: {type: sqlite, path: a.db, every: 1h, statistics: [min]}}"),
            "sink a: replace (every, statistics)");
}

TEST(Plan, SinkLimitsIsAdjustedWithoutTouchingTheConnection) {
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}",
                    "sinks: {a: {type: sqlite, path: a.db, backlog: {size: 1MiB}}}"),
            "sink a: adjust (backlog)");
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}}",
                    "sinks: {a: {type: sqlite, path: a.db, backlog: {size: 1MiB}, dead_letters: 7}}"),
            "sink a: adjust (backlog, dead_letters)");
}

TEST(Plan, TwoSinksSwapFiles) {
  EXPECT_EQ(planned("sinks: {a: {type: sqlite, path: a.db}, b: {type: sqlite, path: b.db}}",
                    "sinks: {a: {type: sqlite, path: b.db}, b: {type: sqlite, path: a.db}}"),
            "sink a: replace (path); sink b: replace (path)");
}

TEST(Plan, SettingsOfTheTopLevel) {
  EXPECT_EQ(planned("", "tags: {site: home}"), "tags");
  EXPECT_EQ(planned("", "host: other"), "host");
  EXPECT_EQ(planned("", "window: 10s\nflush: 60s"), "window; flush");
  EXPECT_EQ(planned("", "series_limit: 500"), "series_limit");
  EXPECT_EQ(planned("", "spike_filter: {max_rate: 1Gbit/s}"), "spike_filter");
  // The history keeps a plan's cycles that are over.
  EXPECT_EQ(planned("", "plans: {home: {quota: 1TB}}"), "plans; sink local: replace (plans)");
  EXPECT_EQ(planned("plans: {home: {quota: 1TB}}", "plans: {home: {quota: 1TB, counts: in}}"),
            "plans; sink local: replace (plans)");
  EXPECT_EQ(planned("", "shutdown: {deadline: 3s}\nlog: {level: debug}"), "shutdown; log");
}

TEST(Plan, StateDirectoryAndRootNeedARestart) {
  const Configuration running = configured("", "/var/lib/a");
  Configuration wanted = configured("", "/var/lib/b");
  wanted.root = "/elsewhere";
  wanted.interval = std::chrono::seconds(7);
  const auto plan = make_plan(&running, wanted);
  ASSERT_FALSE(plan);
  ASSERT_EQ(plan.error().size(), 2U);
  EXPECT_EQ(
      plan.error()[0].text(),
      "collector.yaml: state: can't change from /var/lib/a to /var/lib/b while the collector runs; restart "
      "it, or take the change back");
  EXPECT_EQ(plan.error()[1].path, "root");
}

TEST(Plan, EverythingChanged) {
  EXPECT_EQ(planned(two, R"(host: other
tags: {site: x}
interval: 2s
window: 10s
flush: 20s
spike_filter: {max_rate: 1Gbit/s}
samplers: {default: off, cpu: {per_core: true}, swap: }
sinks: {a: {type: json, directory: j}, c: {type: sqlite, path: b.db}}
)"),
            "host; tags; interval; window; flush; spike_filter; sampler cpu: replace (interval, per_core); "
            "sampler swap: add; sampler mem: remove; sink a: replace (type); sink c: add; sink b: remove");
}

TEST(Plan, WhereTheFileIsDoesNotMatter) {
  const Configuration running = configured(two);
  Configuration moved = running;
  moved.file = "/elsewhere/collector.yaml";
  moved.secret_files = {"/run/secrets/x"};
  const auto plan = make_plan(&running, moved);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->nothing());
}

}  // namespace
}  // namespace collector
