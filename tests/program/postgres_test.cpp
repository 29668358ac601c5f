// The program with a PostgreSQL sink against a real server: what a user types, and what there is to see
// afterwards.
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <future>
#include <memory>

#include "tests/program/program.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/files.h"
#include "tests/support/network.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

std::string yaml_with(const std::string& url, const std::string& more = "") {
  return "host: laptop\nsamplers: {default: off, mem: on}\nsinks:\n  cloud: {type: postgres, url: \"" + url +
         "\"" + more + "}\n";
}

// `collector` once, with everything it has said or stored searched for the password.
class Collector {
 public:
  explicit Collector(const std::string& yaml, Environment environment = {})
      : installation_(yaml), environment_(std::move(environment)) {}

  Finished run(const std::vector<std::string>& arguments) const {
    Finished finished = run_process(installation_.command(arguments), environment_);
    expect_no_password(finished.out, "stdout of " + arguments.front());
    expect_no_password(finished.err, "stderr of " + arguments.front());
    if (std::filesystem::exists(installation_.state()))
      for (const auto& entry : std::filesystem::recursive_directory_iterator(installation_.state()))
        if (entry.is_regular_file()) expect_no_password(read_file(entry.path()), entry.path().string());
    return finished;
  }
  Finished once() const { return run({"--once", "--sync"}); }
  const Installation& installation() const { return installation_; }

  static void expect_no_password(const std::string& text, const std::string& where) {
    EXPECT_EQ(text.find(PostgresServer::password), std::string::npos) << "a password in " << where;
  }

 private:
  Installation installation_;
  Environment environment_;
};

// `--once` of each, all at once: those that fail try three times.
std::vector<Finished> once_each(const std::vector<const Collector*>& collectors) {
  std::vector<std::future<Finished>> running;
  for (const Collector* collector : collectors)
    running.push_back(std::async(std::launch::async, [collector] { return collector->once(); }));
  std::vector<Finished> finished;
  for (auto& one : running)
    finished.push_back(one.get());
  return finished;
}

std::string rows(const PostgresServer& server) {
  return server.query("SELECT count(*) > 0 FROM collector.mem WHERE host = 'laptop'");
}

TEST(PostgresProgram, StoresWhatTheKernelCounted) {
  const PostgresServer server;
  enter_private_network();
  ip_link("add ct0 type veth peer name ct1");
  ip_link("set ct0 up");
  ip_link("set ct1 up");
  const Collector collector(
      "host: laptop\nsamplers: {default: off, net: {interfaces: {include: [\"ct*\"]}}}\n"
      "sinks: {cloud: {type: postgres, url: \"" +
      server.socket_url() + "\"}}\n");
  ASSERT_EQ(collector.once().exit_code, 0);
  const auto before = kernel_counters("ct1");
  FrameSender sender("ct0");
  for (std::size_t i = 0; i < 500; ++i)
    sender.send(60 + 2 * i);
  const Finished second = collector.once();
  ASSERT_EQ(second.exit_code, 0) << second.err;
  const auto advance = kernel_counters("ct1").bytes_recv - before.bytes_recv;
  ASSERT_GE(advance, sender.bytes());
  EXPECT_EQ(server.query("SELECT sum(bytes_recv) FROM collector.net WHERE host='laptop' AND interface='ct1'"),
            std::to_string(advance));
  // The day's sum over all interfaces: here of both ends of one cable.
  EXPECT_EQ(
      server.query("SELECT sum(sum) FROM (SELECT date_trunc('day', time), sum(bytes_recv) FROM collector.net"
                   " WHERE host='laptop' GROUP BY 1) AS days"),
      std::to_string(advance));
}

TEST(PostgresProgram, VerifiesTheServersCertificate) {
  const TemporaryDirectory directory;
  const auto ours = make_certificates(directory / "ours", "DNS:localhost");
  const auto others = make_certificates(directory / "others", "DNS:localhost");
  const PostgresServer server({.certificates = ours});
  const auto url = [&](const std::string& host, const std::string& parameters) {
    return "postgresql://collector:" + std::string(PostgresServer::password) + "@" + host + ":" +
           std::to_string(server.port()) + "/collector?hostaddr=127.0.0.1&" + parameters;
  };
  const std::string verify = "sslmode=verify-full&sslrootcert=";

  const Collector wrong_authority(yaml_with(url("localhost", verify + others.authority.string())));
  const Collector wrong_name(yaml_with(url("127.0.0.1", verify + ours.authority.string())));
  const Collector no_file(yaml_with(url("localhost", verify + "/nonexistent/roots.crt")));
  const auto refused = once_each({&wrong_authority, &wrong_name, &no_file});
  const std::vector<std::pair<std::string, std::string>> explained{
      {"certificate verify failed", "sslrootcert"},
      {"does not match host name", "use that name in `url`"},
      {"sslrootcert: /nonexistent/roots.crt does not exist", "check the name"}};
  const std::array<int, 3> codes{75, 75, 78};  // the last one is known before anything is tried
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_EQ(refused[i].exit_code, codes[i]);
    EXPECT_NE(refused[i].err.find(explained[i].first), std::string::npos) << refused[i].err;
    EXPECT_NE(refused[i].err.find(explained[i].second), std::string::npos) << refused[i].err;
  }
  EXPECT_EQ(server.query("SELECT to_regnamespace('collector') IS NULL"), "t");

  const Collector right(
      yaml_with(url("localhost", verify + ours.authority.string() + "&channel_binding=require")));
  const Finished good = right.once();
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_EQ(rows(server), "t");
}

TEST(PostgresProgram, ChannelBindingIsRefusedWithoutTls) {
  const PostgresServer server;
  const Collector collector(yaml_with(server.url() + "?channel_binding=require"));
  const Finished finished = collector.once();
  EXPECT_EQ(finished.exit_code, 75);
  EXPECT_NE(finished.err.find("channel_binding=require needs TLS"), std::string::npos) << finished.err;
}

TEST(PostgresProgram, TakesThePasswordFromAFile) {
  const PostgresServer server;
  const TemporaryDirectory directory;
  const auto file = directory / "passwords";
  write_file(file, "127.0.0.1:*:collector:collector:" + std::string(PostgresServer::password) + "\n");
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const std::string url = "postgresql://collector@127.0.0.1:" + std::to_string(server.port()) + "/collector";
  const Collector without(yaml_with(url), {{"PGPASSFILE", "/nonexistent"}});
  const Finished refused = without.once();
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.err.find("no password supplied"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("PGPASSFILE"), std::string::npos) << refused.err;
  const Collector with(yaml_with(url), {{"PGPASSFILE", file.string()}});
  const Finished accepted = with.once();
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_EQ(rows(server), "t");
}

TEST(PostgresProgram, TakesAllFromAServiceFile) {
  const PostgresServer server;
  const TemporaryDirectory directory;
  write_file(directory / "services", "[history]\nhost=127.0.0.1\nport=" + std::to_string(server.port()) +
                                         "\nuser=collector\ndbname=collector\npassword=" +
                                         std::string(PostgresServer::password) + "\n");
  const std::string file = (directory / "services").string();
  const Collector unknown(yaml_with(""), {{"PGSERVICEFILE", file}, {"PGSERVICE", "nothing"}});
  const Finished refused = unknown.once();
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.err.find("PGSERVICEFILE"), std::string::npos) << refused.err;
  const Collector known(yaml_with(""), {{"PGSERVICEFILE", file}, {"PGSERVICE", "history"}});
  const Finished accepted = known.once();
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_EQ(rows(server), "t");
}

TEST(PostgresProgram, NeverShowsAPassword) {
  PostgresServer server;
  const Collector collector(yaml_with("${SECRET_URL}"), {{"SECRET_URL", server.url()}});
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"check"},
                                                                     {"config", "--sql"},
                                                                     {"config"},
                                                                     {"config", "--defaults"},
                                                                     {"sample"},
                                                                     {"--once", "--sync"},
                                                                     {"replay", "--list"}})
    EXPECT_EQ(collector.run(arguments).exit_code, 0) << arguments.front();
  // Refused by the server, which is told the password; and not reached at all.
  server.query("ALTER ROLE collector PASSWORD 'another'");
  const Finished refused = collector.once();
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.err.find("password authentication failed"), std::string::npos) << refused.err;
  server.stop();
  EXPECT_EQ(collector.once().exit_code, 75);
  // Written so that libpq can't read it.
  const std::string password(PostgresServer::password);
  std::vector<std::unique_ptr<Collector>> unreadable;
  std::vector<const Collector*> all;
  for (const std::string& url :
       {"postgresql://collector:" + password + "@[::1/collector", "host=a password='" + password,
        "postgresql://collector:" + password + "%@host/x", "passwort=" + password}) {
    unreadable.push_back(
        std::make_unique<Collector>(yaml_with("${SECRET_URL}"), Environment{{"SECRET_URL", url}}));
    all.push_back(unreadable.back().get());
  }
  for (const Finished& finished : once_each(all))
    EXPECT_TRUE(finished.exit_code == 75 || finished.exit_code == 78) << finished.exit_code << finished.err;
}

TEST(PostgresProgram, TheRunningOneShowsNoPasswordEither) {
  PostgresServer server;
  const Collector collector("window: 1s\nflush: 1s\n" + yaml_with(server.url(), ", every: 0s"));
  Process running(collector.installation().command({"run"}));
  ASSERT_TRUE(eventually([&] {
    return server.query("SELECT to_regclass('collector.mem') IS NOT NULL") == "t" && rows(server) == "t";
  })) << running.err();
  EXPECT_EQ(collector.run({"status"}).exit_code, 0);
  // With a trouble to tell of.
  server.query("ALTER ROLE collector PASSWORD 'another'");
  server.restart();
  const auto is_told = [&] {
    return collector.run({"status"}).out.find("password authentication failed") != std::string::npos;
  };
  EXPECT_TRUE(eventually(is_told)) << running.err();
  collector.run({"status", "--json"});
  running.signal(SIGTERM);
  const auto ended = running.wait(std::chrono::seconds(20));
  ASSERT_TRUE(ended);
  Collector::expect_no_password(ended->out + ended->err, "what the running one says");
}

TEST(PostgresProgram, ReplaysARefusedRowAfterTheCauseIsGone) {
  const PostgresServer server;
  const Collector collector(yaml_with(server.url()));
  ASSERT_EQ(collector.once().exit_code, 0);
  server.query("ALTER TABLE collector.mem_data ADD CONSTRAINT never CHECK (time < '2001-01-01') NOT VALID");
  const std::string before = server.query("SELECT count(*) FROM collector.mem");
  const Finished refused = collector.once();
  EXPECT_EQ(refused.exit_code, 76) << refused.err;
  EXPECT_EQ(server.query("SELECT count(*) FROM collector.mem"), before);
  const Finished list = collector.run({"replay", "--list"});
  EXPECT_NE((list.out + list.err).find("violates check constraint"), std::string::npos)
      << list.out << list.err;
  ASSERT_EQ(collector.once().exit_code, 76);
  const Finished in_vain = collector.run({"replay"});
  EXPECT_EQ(in_vain.exit_code, 76) << in_vain.err;
  for (const std::string& said : {refused.err, in_vain.err}) {
    const auto at = said.find("kept as dead letters");
    EXPECT_NE(at, std::string::npos) << said;
    EXPECT_EQ(said.find("kept as dead letters", at + 1), std::string::npos) << "said once: " << said;
  }
  server.query("ALTER TABLE collector.mem_data DROP CONSTRAINT never");
  EXPECT_EQ(collector.run({"replay"}).exit_code, 0);
  const Finished again = collector.once();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server.query("SELECT count(*) - " + before + " FROM collector.mem"), "3");
}

// One database, two names of its host: what is fed back to the one is not taken for stored because the other
// has gone further.
TEST(PostgresProgram, ReplaysARowWhereAnotherSinkLeadsToTheSameDatabase) {
  const PostgresServer server;
  std::string other = server.url();
  other.replace(other.find("127.0.0.1"), 9, "localhost");
  Collector collector(yaml_with(server.url()));
  ASSERT_EQ(collector.once().exit_code, 0);
  server.query("ALTER TABLE collector.mem_data ADD CONSTRAINT never CHECK (time < '2001-01-01') NOT VALID");
  EXPECT_EQ(collector.once().exit_code, 76);
  server.query("ALTER TABLE collector.mem_data DROP CONSTRAINT never");
  const std::string before = server.query("SELECT count(*) FROM collector.mem");
  EXPECT_EQ(collector.run({"replay"}).exit_code, 0);  // waits for `cloud`
  collector.installation().configure(
      "host: laptop\nsamplers: {default: off, mem: on}\nsinks:\n"
      "  ahead: {type: postgres, url: \"" +
      other + "\"}\n  cloud: {type: postgres, url: \"" + server.url() + "\"}\n");
  const Finished again = collector.once();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server.query("SELECT count(*) - " + before + " FROM collector.mem"), "2")
      << again.out << again.err;
  EXPECT_EQ(collector.once().exit_code, 0);
  EXPECT_EQ(server.query("SELECT count(*) - " + before + " FROM collector.mem"), "3");
}

// What wakes a database that sleeps: one connection for each sync, closed at its end, and none in between.
TEST(PostgresProgram, IsConnectedOnlyWhileItSyncs) {
  const PostgresServer server;
  CuttingProxy proxy({.target = server.port()});
  const Collector collector(yaml_with(PostgresServer::url(proxy.port()), ", every: 1h"));
  ASSERT_EQ(collector.run({"--once"}).exit_code, 0);
  EXPECT_EQ(proxy.figures().connections, 1U);
  EXPECT_EQ(server.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'collector'"), "0");
  // Not due: not contacted, and that is success.
  ASSERT_EQ(collector.run({"--once"}).exit_code, 0);
  EXPECT_EQ(proxy.figures().connections, 1U);
  ASSERT_EQ(collector.once().exit_code, 0);
  EXPECT_EQ(proxy.figures().connections, 2U);
}

}  // namespace
}  // namespace collector::test
