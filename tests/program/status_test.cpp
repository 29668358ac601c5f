// `collector status` and the socket that it asks, with the built program.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "collector/app/assembly.h"
#include "collector/app/machine.h"
#include "collector/app/state_directory.h"
#include "collector/cli/exit_code.h"
#include "collector/formats/json_reader.h"
#include "collector/http/client.h"
#include "collector/sqlite/database.h"
#include "tests/program/program.h"
#include "tests/program/stuck_pipe.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/network.h"
#include "tests/support/prometheus_reader.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* quick = "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n";

class StatusTest : public testing::Test {
 protected:
  void configure(const std::string& yaml) { installation_.configure(quick + yaml); }
  Process& start() {
    process_.emplace(installation_.command({"run"}));
    EXPECT_TRUE(eventually([&] { return asked("/healthz").status != 0; })) << process_->err();
    return *process_;
  }
  std::filesystem::path socket() const { return installation_.state() / "status.sock"; }
  // Status 0: no answer.
  http::Response asked(const std::string& target, const std::string& method = "GET") const {
    const auto response = http::ask(socket(), method, target, 10s);
    return response ? *response : http::Response{.status = 0, .body = response.error().what};
  }
  Finished status(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), "status");
    return installation_.run(arguments);
  }
  bool becomes(int exit_code, const std::string& text = {}) {
    return eventually([&] {
      last_ = status();
      return last_.exit_code == exit_code && last_.out.find(text) != std::string::npos;
    });
  }
  void end(Process& process) {
    process.signal(SIGTERM);
    const auto finished = process.wait(20s);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{std::string(quick) +
                             "samplers: {default: off, mem: on, internal: {interval: 1s}}\n"};
  std::optional<Process> process_;
  Finished last_;
};

TEST_F(StatusTest, NotRunning) {
  const Finished finished = status();
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(finished.out, "");
  EXPECT_NE(finished.err.find("no collector runs with the state directory " + installation_.state().string()),
            std::string::npos)
      << finished.err;
  EXPECT_NE(finished.err.find("collector run"), std::string::npos) << finished.err;
  EXPECT_FALSE(std::filesystem::exists(installation_.state())) << "asking makes nothing";
}

// A name that was mistyped must not look like a collector that is down.
TEST_F(StatusTest, SaysWhatIsWrongWithTheDirectory) {
  const auto said = [&](const std::filesystem::path& state) {
    const Finished finished = status({"--state", state.string()});
    EXPECT_EQ(finished.exit_code, 3) << finished.err;
    return finished.err;
  };
  const std::filesystem::path here = installation_.config_file().parent_path();
  EXPECT_TRUE(said(here / "nope").contains("/nope, which does not exist; ")) << said(here / "nope");
  EXPECT_TRUE(said(installation_.config_file()).contains(".yaml, which is not a directory; "))
      << said(installation_.config_file());
  EXPECT_FALSE(said(here).contains("which")) << said(here);
  EXPECT_EQ(installation_.run({"reload"}).exit_code, 3) << "as the help says";
}

TEST_F(StatusTest, HealthyToPeopleProgramsAndCurl) {
  Process& collector = start();
  ASSERT_TRUE(becomes(0, "healthy")) << last_.out << last_.err;
  EXPECT_NE(last_.out.find(", pid " + std::to_string(collector.pid())), std::string::npos) << last_.out;

  const Finished json = status({"--json"});
  const auto read = read_json_object(json.out);
  ASSERT_TRUE(read) << json.out;
  EXPECT_EQ(read->member("pid")->integer, collector.pid());
  EXPECT_EQ(read->member("configuration")->member("file")->text, installation_.config_file());
  EXPECT_EQ(read->member("sinks")->items.at(0).member("type")->text, "sqlite");
  EXPECT_EQ(status({"--state", installation_.state().string()}).exit_code, 0);

  struct stat file{};
  ASSERT_EQ(stat(socket().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600U);
  const Finished curl = run_process({"/usr/bin/env", "curl", "--silent", "--show-error", "--unix-socket",
                                     socket().string(), "http://collector/healthz"});
  EXPECT_EQ(curl.out, "healthy\n") << curl.err;
  const Finished metrics = run_process({"/usr/bin/env", "curl", "--silent", "--include", "--unix-socket",
                                        socket().string(), "http://collector/metrics", "http://collector/"});
  EXPECT_NE(metrics.out.find("text/plain; version=0.0.4"), std::string::npos) << metrics.out;
  EXPECT_NE(metrics.out.find("\ncollector_healthy 1\n"), std::string::npos) << metrics.out;
  EXPECT_NE(metrics.out.find("/status (JSON)"), std::string::npos) << metrics.out;
  EXPECT_EQ(asked("/nothing").status, 404U);
  EXPECT_EQ(asked("/status", "DELETE").status, 405U);
  EXPECT_EQ(asked("/replay?sink=nobody", "POST").status, 404U);
  end(collector);
  EXPECT_FALSE(std::filesystem::exists(socket())) << "removed at the end";
  EXPECT_EQ(status().exit_code, 3);
}

TEST_F(StatusTest, ASinkThatIsDownIsToldAndWhenItIsBack) {
  Process& collector = start();
  ASSERT_TRUE(becomes(0)) << last_.out;
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(installation_.state() / "collector.db"); }));
  {
    auto other = sqlite::Database::open(installation_.state() / "collector.db", {.vfs = {}});
    ASSERT_TRUE(other);
    ASSERT_TRUE(eventually([&] { return other->execute("BEGIN IMMEDIATE").has_value(); }));
    ASSERT_TRUE(becomes(1, "sink local: retrying: ")) << last_.out;
    EXPECT_NE(last_.out.find("degraded"), std::string::npos) << last_.out;
    EXPECT_EQ(asked("/healthz").status, 503U);
    EXPECT_NE(asked("/metrics").body.find("collector_sink_up{sink=\"local\"} 0\n"), std::string::npos);
  }
  EXPECT_TRUE(becomes(0)) << last_.out;
  EXPECT_EQ(asked("/healthz").status, 200U);
  end(collector);
}

TEST_F(StatusTest, AnswersWhileASinkHangs) {
  configure("samplers: {default: off, mem: on}\nsinks: {stuck: {type: json, path: \"-\"}}\n");
  const TemporaryDirectory directory;
  const StuckPipe pipe(directory / "pipe");
  process_.emplace(pipe.as_stdout_of(installation_.command({"run"})));
  // What waits is older than the few flushes that are usual.
  ASSERT_TRUE(becomes(1, "sink stuck: ")) << last_.out << process_->err();
  EXPECT_NE(last_.out.find(" behind: "), std::string::npos) << last_.out;
  EXPECT_NE(last_.out.find("delivering"), std::string::npos) << last_.out;
  end(*process_);
}

TEST_F(StatusTest, AnswersOnAFullDisk) {
  enter_private_network();
  configure("samplers: {default: off, mem: on}\nsinks: {local: {type: sqlite, path: collector.db}}\n");
  const SmallDisk disk(installation_.state(), std::size_t{2} << 20);
  Process& collector = start();
  ASSERT_TRUE(becomes(0)) << last_.out;
  const auto filler = installation_.state() / "filler";
  EXPECT_EQ(run_process({"/usr/bin/env", "dd", "if=/dev/zero", "of=" + filler.string(), "bs=4096"}).exit_code,
            1);
  ASSERT_TRUE(becomes(1, "rows can't be written to the spool")) << last_.out;
  std::filesystem::remove(filler);
  EXPECT_TRUE(becomes(0)) << last_.out;
  end(collector);
}

TEST_F(StatusTest, ACollectorThatIsStoppedDoesNotAnswer) {
  Process& collector = start();
  collector.signal(SIGSTOP);
  const Finished finished = status();
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.err.find("does not answer within 2s"), std::string::npos) << finished.err;
  collector.signal(SIGCONT);
  EXPECT_TRUE(becomes(0)) << last_.out;
  end(collector);
}

TEST_F(StatusTest, AKilledOnesSocketIsNobodysAndIsReplaced) {
  start().signal(SIGKILL);
  ASSERT_TRUE(process_->wait(20s));
  ASSERT_TRUE(std::filesystem::exists(socket()));
  EXPECT_EQ(status().exit_code, 3);
  process_.emplace(installation_.command({"run"}));
  EXPECT_TRUE(becomes(0)) << last_.out << process_->err();
  end(*process_);
}

TEST_F(StatusTest, ABadEditIsToldAndSinceWhen) {
  Process& collector = start();
  ASSERT_TRUE(becomes(0)) << last_.out;
  configure("intervall: 1s\n");
  collector.signal(SIGHUP);
  ASSERT_TRUE(becomes(1, "intervall: no such setting")) << last_.out << "although the file is wrong";
  EXPECT_NE(last_.out.find("the configuration was edited at 20"), std::string::npos) << last_.out;
  // Taken back: the very text that is in force.
  configure("samplers: {default: off, mem: on, internal: {interval: 1s}}\n");
  EXPECT_TRUE(becomes(0)) << last_.out << "the file is watched";
  end(collector);
}

TEST_F(StatusTest, ATcpPortComesAndGoesWithTheConfiguration) {
  enter_private_network();
  ip_link("set lo up");
  Process& collector = start();
  const auto curl = [](const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"/usr/bin/env", "curl", "--silent", "--max-time", "10"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_process(words).out;
  };
  EXPECT_EQ(curl({"http://127.0.0.1:8125/"}), "") << "no port unless asked for";
  configure("samplers: {default: off, mem: on}\nstatus: {listen: 127.0.0.1:8125}\n");
  EXPECT_TRUE(eventually([&] { return curl({"http://127.0.0.1:8125/healthz"}) == "healthy\n"; }))
      << collector.err();
  EXPECT_NE(curl({"--request", "POST", "http://127.0.0.1:8125/replay"}).find("Unix socket"),
            std::string::npos);
  configure("samplers: {default: off, mem: on}\n");
  EXPECT_TRUE(eventually([&] { return curl({"http://127.0.0.1:8125/healthz"}).empty(); })) << collector.err();
  EXPECT_TRUE(becomes(0)) << "the Unix socket stays";
  end(collector);
}

TEST_F(StatusTest, MetricsTellOfTheMachineToo) {
  enter_private_network();
  ip_link("set lo up");
  configure(
      "samplers: {default: off, mem: on, net: {interfaces: {include: [lo]}}, pressure: on, internal: on}\n");
  Process& collector = start();
  const auto family_count = [&](const std::string& target, const std::string& name) {
    const auto read = read_prometheus(asked(target).body);
    EXPECT_TRUE(read) << target << ": " << read.error().text();
    return read ? read->count(name) : 0;
  };
  ASSERT_TRUE(eventually([&] { return family_count("/metrics", "node_memory_MemTotal_bytes") == 1; }))
      << asked("/metrics").body;
  const auto read = read_prometheus(asked("/metrics").body);
  ASSERT_TRUE(read) << read.error().text();
  const PrometheusFamily& received = read->at("node_network_receive_bytes_total");
  EXPECT_EQ(received.type, "counter");
  ASSERT_EQ(received.samples.size(), 1U);
  EXPECT_EQ(received.samples[0].labels.at("device"), "lo");
  EXPECT_TRUE(read->contains("collector_mem_used_percent"));
  EXPECT_TRUE(read->contains("collector_ticks_total"));
  EXPECT_FALSE(read->contains("collector_internal_ticks_total")) << "told once";
  EXPECT_EQ(family_count("/metrics?only=internal", "collector_ticks_total"), 1U);
  EXPECT_EQ(family_count("/metrics?only=internal", "node_memory_MemTotal_bytes"), 0U);
  EXPECT_EQ(asked("/metrics?only=net").status, 400U);
  end(collector);
}

// A web page that has its name lead to this machine, so that a browser here reads what it could not.
TEST_F(StatusTest, ATcpPortAnswersWhoAsksForThisMachineOnly) {
  enter_private_network();
  ip_link("set lo up");
  configure(
      "host: my-label\nsamplers: {default: off, mem: on}\n"
      "status: {listen: 127.0.0.1:8125, names: [metrics.example.org]}\n");
  Process& collector = start();
  const auto status_of = [](const std::string& host) {
    return run_process({"/usr/bin/env", "curl", "--silent", "--max-time", "10", "--output", "/dev/null",
                        "--write-out", "%{http_code}", "--header", "Host: " + host,
                        "http://127.0.0.1:8125/metrics"})
        .out;
  };
  ASSERT_TRUE(eventually([&] { return status_of("127.0.0.1:8125") == "200"; })) << collector.err();
  EXPECT_EQ(status_of("localhost:8125"), "200");
  EXPECT_EQ(status_of("my-label"), "200");
  EXPECT_EQ(status_of("Metrics.Example.org.:8125"), "200") << "as Prometheus asks by a name in DNS";
  for (const char* host : {"evil.example", "evil.example:8125", "my-label.evil.example",
                           "127.0.0.1.evil.example", "[::1].evil.example", "localhost:evil.example"})
    EXPECT_EQ(status_of(host), "403") << host;
  const auto asked_with = [](const std::string& headers, const std::string& line = "/metrics HTTP/1.1") {
    return run_process({"/bin/bash", "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/8125; printf 'GET '\"$1\"'\\r\\n'\"$0\"'Connection: "
                        "close\\r\\n\\r\\n' >&3; head -c 12 <&3",
                        headers, line})
        .out;
  };
  EXPECT_EQ(asked_with("Host: localhost\\r\\n"), "HTTP/1.1 200");
  EXPECT_EQ(asked_with(""), "HTTP/1.1 400") << "whoever is meant has to be named";
  EXPECT_EQ(asked_with("Host: localhost\\r\\nhost: evil.example\\r\\n"), "HTTP/1.1 400");
  // As the health checks of load balancers ask; no browser does.
  EXPECT_EQ(asked_with("", "/metrics HTTP/1.0"), "HTTP/1.0 200");
  EXPECT_EQ(asked_with("Host: evil.example\\r\\n", "/metrics HTTP/1.0"), "HTTP/1.0 403");
  EXPECT_EQ(asked_with("Host: localhost\\r\\nHost: localhost\\r\\n", "/metrics HTTP/1.0"), "HTTP/1.0 400");
  // What the target says counts, and not the header beside it.
  EXPECT_EQ(asked_with("Host: x\\r\\n", "http://127.0.0.1:8125/metrics HTTP/1.1"), "HTTP/1.1 200");
  EXPECT_EQ(asked_with("Host: localhost\\r\\n", "http://evil.example/metrics HTTP/1.1"), "HTTP/1.1 403");
  EXPECT_EQ(asked_with("", "http://evil.example/metrics HTTP/1.0"), "HTTP/1.0 403");
  EXPECT_EQ(asked_with("", "http://127.0.0.1:8125/metrics HTTP/1.1"), "HTTP/1.1 400");
  EXPECT_NE(run_process({"/usr/bin/env", "curl", "--silent", "--max-time", "10", "--header",
                         "Host: evil.example", "http://127.0.0.1:8125/metrics"})
                .out.find("status: {names: [\u2026]}"),
            std::string::npos)
      << "and says what to do";
  EXPECT_EQ(collector.err().find("is reached from other machines"), std::string::npos) << collector.err();
  configure(
      "samplers: {default: off, mem: on}\nstatus: {listen: 127.0.0.1:8125, names: [other.example.org]}\n");
  EXPECT_TRUE(eventually([&] { return status_of("other.example.org") == "200"; })) << collector.err();
  EXPECT_EQ(status_of("metrics.example.org"), "403");
  configure("samplers: {default: off, mem: on}\nstatus: {listen: \"0.0.0.0:8125\"}\n");
  EXPECT_TRUE(eventually([&] {
    return collector.err().find("0.0.0.0:8125 is reached from other machines") != std::string::npos;
  }));
  end(collector);
}

TEST_F(StatusTest, APathTooLongForASocket) {
  const auto state = installation_.state() / std::string(100, 'd');
  write_file(installation_.config_file(),
             quick + ("state: " + state.string()) + "\nsamplers: {default: off, mem: on}\n");
  Process collector(installation_.command({"run"}));
  EXPECT_TRUE(becomes(0)) << last_.out << collector.err();
  EXPECT_TRUE(std::filesystem::exists(state / "status.sock"));
  end(collector);
}

// No sink that needs no server refuses a row: one is put among the dead letters before the start.
void add_dead_letter(const std::filesystem::path& state, const std::string& sink = "local") {
  const SystemClock clock;
  SeriesTable series;
  Spool::Options options;
  options.directory = state;
  options.machine_id = machine_id();
  options.clock = &clock;
  options.series = &series;
  options.known = known_measurements();
  const auto mem =
      *std::ranges::find(options.known, "mem", [](const MeasurementPtr& known) { return known->name; });
  const auto spool = *Spool::open(std::move(options));
  Batch batch;
  batch.labels = {{"host", "box"}};
  batch.origin = {spool->source(), spool->epoch(), 1};
  const WallTime start(std::chrono::seconds(1'000'000'000));
  const auto cells = batch.add(
      {.series = series.intern(mem, {}), .start = start, .end = start + 1s, .samples = 1, .clock_steps = 0});
  cells[0].present = true;
  ASSERT_TRUE(spool->set_dead_letters(sink, std::array<const Batch*, 1>{&batch},
                                      std::vector<RefusedRow>{{&batch, 0, "too big"}}));
  ASSERT_TRUE(spool->close());
}

TEST_F(StatusTest, DeadLettersAreToldListedAndFedBackThroughTheRunningOne) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  add_dead_letter(installation_.state());
  Process& collector = start();
  ASSERT_TRUE(becomes(1, "sink local: 1 row was refused")) << last_.out << collector.err();
  const Finished list = installation_.run({"replay", "--list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_NE(list.out.find("\"mem\""), std::string::npos) << list.out;
  EXPECT_NE(list.err.find("too big"), std::string::npos) << list.err;
  const Finished replay = installation_.run({"replay", "--sink", "local"});
  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  EXPECT_NE(replay.err.find("sink local: 1 row is given back"), std::string::npos) << replay.err;
  EXPECT_TRUE(becomes(0)) << last_.out;
  EXPECT_TRUE(eventually([&] {
    return installation_.query("collector.db", "SELECT count(*) FROM mem WHERE time = 1000000000") == 1;
  })) << "delivered by the running one";
  EXPECT_NE(installation_.run({"replay"}).err.find("no dead letters"), std::string::npos);
  end(collector);
}

// As beside --once, or while it starts.
TEST_F(StatusTest, ReplayBesideOneThatCannotBeAskedSaysWhenToTryAgain) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  const auto lock = StateLock::acquire(installation_.state(), {});
  ASSERT_TRUE(lock);
  const Finished replay = installation_.run({"replay"});
  EXPECT_EQ(replay.exit_code, exit_code::held) << replay.err;
  EXPECT_NE(replay.err.find("run `collector replay` again"), std::string::npos) << replay.err;
  EXPECT_EQ(replay.err.find("its own `state:`"), std::string::npos) << replay.err;
}

TEST_F(StatusTest, DeadLettersOfAFormerSinkGoToAnotherOrAreRemoved) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  add_dead_letter(installation_.state(), "old");
  add_dead_letter(installation_.state(), "older");
  const Finished beside = installation_.run({"replay", "--sink", "old", "--list"});
  EXPECT_NE(beside.out.find("\"mem\""), std::string::npos) << beside.out << beside.err;
  Process& collector = start();
  ASSERT_TRUE(becomes(1, "sink older: 1 row was refused")) << last_.out << collector.err();
  EXPECT_EQ(installation_.run({"replay", "--sink", "old"}).exit_code, 64);
  const Finished moved = installation_.run({"replay", "--sink", "old", "--into", "local"});
  EXPECT_EQ(moved.exit_code, 0) << moved.err;
  EXPECT_NE(moved.err.find("sink local: 1 row is given back"), std::string::npos) << moved.err;
  EXPECT_TRUE(eventually([&] {
    return installation_.query("collector.db", "SELECT count(*) FROM mem WHERE time = 1000000000") == 1;
  }));
  const Finished removed = installation_.run({"replay", "--sink", "older", "--remove"});
  EXPECT_EQ(removed.exit_code, 0) << removed.err;
  EXPECT_NE(removed.err.find("1 dead letter was removed"), std::string::npos) << removed.err;
  EXPECT_NE(installation_.run({"replay", "--list"}).err.find("0 dead letters"), std::string::npos);
  EXPECT_TRUE(becomes(0)) << last_.out;
  end(collector);
}

// The measurement of the same figures, through to the sink.
TEST_F(StatusTest, TheFiguresAreAMeasurementToo) {
  Process& collector = start();
  const auto delivered = [&] {
    return std::filesystem::exists(installation_.state() / "collector.db") &&
           installation_.query("collector.db",
                               "SELECT count(*) FROM sqlite_master WHERE name IN "
                               "('internal_sink', 'internal_sampler')") == 2 &&
           installation_.query("collector.db",
                               "SELECT sum(rows_delivered) FROM internal_sink WHERE sink='local'") > 0;
  };
  ASSERT_TRUE(eventually(delivered)) << collector.err();
  EXPECT_GT(installation_.query("collector.db", "SELECT sum(ticks) FROM internal"), 0);
  EXPECT_GT(installation_.query("collector.db", "SELECT max(memory_rss) FROM internal"), 1'000'000);
  EXPECT_GT(
      installation_.query("collector.db", "SELECT sum(samples) FROM internal_sampler WHERE sampler='mem'"),
      0);
  end(collector);
}

}  // namespace
}  // namespace collector::test
