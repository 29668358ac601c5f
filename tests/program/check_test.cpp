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
