// `check` and `--once` before a target: what is refused without asking, and what is found out by asking.

#include <gtest/gtest.h>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/http_stub.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Check, OnceEndsAsCheckDoes) {
  for (const char* sink :
       {"{type: influx, url: 'localhost:8086'}", "{type: postgres, url: 'mysql://u:sesame@h/db'}",
        "{type: sqlite, path: spool.db}", "{type: influx, token: \"a\\nb\"}"}) {
    const Installation installation(std::string("samplers: {default: off, mem: on}\nsinks: {s: ") + sink +
                                    "}\n");
    for (const char* command : {"check", "--once"}) {
      const auto finished = installation.run({command});
      EXPECT_EQ(finished.exit_code, 78) << sink << finished.err;
      EXPECT_TRUE(holds(finished.err, "sinks.s.")) << finished.err;
      EXPECT_FALSE(holds(finished.out + finished.err, "sesame")) << finished.err;
    }
    EXPECT_FALSE(std::filesystem::exists(installation.state())) << "nothing was begun";
  }
}

TEST(Check, WarnsOfAnAddressThatOtherMachinesReach) {
  const std::vector<std::pair<std::string, bool>> addresses{
      {"0.0.0.0:8125", true}, {"[::]:8125", true}, {"127.0.0.1:8125", false}, {"[::1]:8125", false}};
  for (const auto& [listen, warns] : addresses) {
    const Installation installation("sinks: {s: {type: sqlite}}\nstatus: {listen: \"" + listen + "\"}\n");
    const auto finished = installation.run({"check"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_EQ(
        holds(finished.out, "warning   status: status.listen: " + listen + " is reached from other machines"),
        warns)
        << finished.out;
  }
}

TEST(Check, WarnsOfAFilterForWhatNoSamplerDelivers) {
  const Installation installation(
      "samplers: {default: off, mem: on}\n"
      "sinks: {i: {type: influx, include: {measurements: [mem, \"swap*\", dropped], fields: [cpu.*, "
      "mem.*]}}}\n");
  const auto finished = installation.run({"check"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(holds(finished.out,
                    "warning   i: include.measurements: no sampler that is on delivers \"swap*\"; turn that "
                    "sampler on, or take it out of include"))
      << finished.out;
  EXPECT_TRUE(holds(finished.out, "include.fields: no sampler that is on delivers \"cpu.*\""))
      << finished.out;
  EXPECT_FALSE(holds(finished.out, "\"mem")) << finished.out;
  EXPECT_FALSE(holds(finished.out, "\"dropped")) << finished.out;
}

// Names that exist, of columns that these settings do not have.
TEST(Check, WarnsOfAFilterForColumnsThatTheSinkDoesNotWrite) {
  HttpStub server([](const StubRequest&) { return StubReply{}; });
  const auto configured = [&](const std::string& settings) {
    return Installation(
        "samplers: {default: off, mem: on, cpu: on, netproto: on}\nsinks: {i: {type: influx, url: '" +
        server.url() + "', " + settings + "}}\n");
  };
  for (const char* settings :
       {"include: {fields: [netproto.ip_in_octets_peak]}, statistics: [max]",
        "include: {fields: [netproto.ip_in_octets_total]}, counters: delta",
        "include: {fields: [cpu.usage_idle_min]}", "include: {fields: [\"*_last\"]}"}) {
    const Installation installation = configured(settings);
    const auto checked = installation.run({"check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    EXPECT_TRUE(
        holds(checked.out,
              "warning   i: include.fields: with its `counters` and `statistics` this sink writes no \""))
        << settings << checked.out;
    const auto once = installation.run({"--once", "--sync", "--wait", "10ms"});
    EXPECT_EQ(once.exit_code, 0) << once.err;
    EXPECT_TRUE(holds(once.out, "i: ") && holds(once.out, "left out as the sink's settings say")) << once.out;
  }
  for (const char* settings :
       {"include: {fields: [netproto.ip_in_octets_total]}, counters: both",
        "include: {fields: [cpu.usage_idle_min]}, statistics: [min]", "statistics: [min]"})
    EXPECT_FALSE(holds(configured(settings).run({"check"}).out, "warning")) << settings;
  EXPECT_TRUE(holds(configured("include: {measurements: [cpu], fields: [cpu.usage_idle*]}, exclude: {fields: "
                               "[cpu.usage_idle, cpu.usage_idle_max]}")
                        .run({"check"})
                        .out,
                    "warning   i: include and exclude let nothing pass"));
}

// What samplers declare has no values of tags: the rows have them.
TEST(Check, OnceWarnsOfATagThatNoRowHas) {
  HttpStub server([](const StubRequest&) { return StubReply{}; });
  const auto once = [&](const std::string& cpu, const std::string& tags, const std::string& wait = "10ms") {
    const Installation installation("samplers: {default: off, cpu: " + cpu +
                                    "}\nsinks: {i: {type: influx, url: '" + server.url() +
                                    "', include: {tags: {" + tags + "}}}}\n");
    return installation.run({"--once", "--sync", "--wait", wait});
  };
  const auto left_out = once("on", "cpu: cpu0");
  EXPECT_EQ(left_out.exit_code, 0) << left_out.err;
  EXPECT_TRUE(holds(left_out.err, "include.tags.cpu: no row has met ")) << left_out.err;
  EXPECT_TRUE(holds(left_out.err, "and all with this tag were left out; there were: cpu-total"))
      << left_out.err;
  EXPECT_TRUE(holds(left_out.out, "i: 1 row was left out as the sink's settings say")) << left_out.out;
  const auto met = once("{per_core: true}", "cpu: cpu0", "400ms");  // a core counts in hundredths
  EXPECT_FALSE(holds(met.err, "no row has met")) << met.err;

  const Installation installation(
      "samplers: {default: off, mem: on}\nsinks: {i: {type: influx, include: {tags: {cpu: "
      "cpu0}}}}\n");
  EXPECT_TRUE(holds(installation.run({"check"}).out, "include.tags: no sampler that is on delivers \"cpu\""));
}

TEST(Check, ConnectAsksEveryTargetAndChangesNothing) {
  HttpStub server([](const StubRequest&) { return StubReply{}; });
  const Installation installation(
      "sinks: {local: {type: sqlite}, files: {type: json}, i: {type: influx, url: '" + server.url() +
      "'}}\n");
  EXPECT_EQ(installation.run({"check"}).exit_code, 0);
  EXPECT_TRUE(server.requests().empty()) << "only when told to";
  const auto finished = installation.run({"check", "--connect"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_TRUE(holds(finished.out, "answers  local: ")) << finished.out;
  EXPECT_TRUE(holds(finished.out, "collector.db will be created")) << finished.out;
  EXPECT_TRUE(holds(finished.out, "answers  i: " + server.url() + "/api/v2/write accepts the login"))
      << finished.out;
  for (const StubRequest& request : server.requests())
    EXPECT_EQ(request.body, "");
  EXPECT_FALSE(std::filesystem::exists(installation.state()));
}

TEST(Check, ConnectSaysWhichTargetWouldTakeNothing) {
  const std::string port = std::to_string(free_port());
  const TemporaryDirectory directory;
  const Installation installation(
      "sinks: {local: {type: sqlite, path: " + (directory / "missing" / "x.db").string() +
      "}, p: {type: postgres, url: "
      "'postgresql://u:sesame@127.0.0.1:" +
      port + "/db'}, i: {type: influx, url: 'http://127.0.0.1:" + port + "'}}\n");
  const auto finished = installation.run({"check", "--connect"});
  EXPECT_EQ(finished.exit_code, 75) << finished.out << finished.err;
  for (const char* sink : {"local", "p", "i"})
    EXPECT_TRUE(holds(finished.out, std::string("fails    ") + sink + ": ")) << finished.out;
  EXPECT_TRUE(holds(finished.out, "Connection refused")) << finished.out;
  EXPECT_FALSE(holds(finished.out + finished.err, "sesame")) << finished.out;
}

}  // namespace
}  // namespace collector::test
