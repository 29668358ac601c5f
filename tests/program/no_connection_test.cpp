// Nothing phones home: a collector with its defaults, and with the page, speaks to nobody who has not asked.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"
#include "tests/support/long_run.h"

namespace collector::test {
namespace {

class NoConnection : public ::testing::Test {
 protected:
  // Lines of the trace in which something is sent to, or connected with, an address of the network.
  std::string talk(const std::string& yaml, const std::function<void()>& meanwhile) {
    const Installation installation(yaml);
    const auto trace = installation.config_file().parent_path() / "trace";
    std::vector<std::string> command{
        "/usr/bin/strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg", "-o",
        trace.string()};
    for (const std::string& word : installation.command({"run"}))
      command.push_back(word);
    Process traced(command);
    EXPECT_TRUE(eventually([&] { return installation.run({"status"}).exit_code != 3; })) << traced.err();
    meanwhile();
    const auto stored = [&] {
      const std::string table = "SELECT count(*) FROM sqlite_master WHERE name='mem_data'";
      return installation.query("collector.db", table) == 0
                 ? 0
                 : installation.query("collector.db", "SELECT count(DISTINCT time) FROM mem_data");
    };
    EXPECT_TRUE(eventually([&] { return stored() >= rows_; })) << traced.err();
    // strace itself takes no signal while it traces.
    const std::string status = installation.run({"status", "--json"}).out;
    const auto pid = status.find("\"pid\": ");
    if (pid == std::string::npos) throw std::runtime_error("no pid: " + status);
    kill(std::stoi(status.substr(pid + 7)), SIGTERM);
    EXPECT_TRUE(traced.wait(std::chrono::seconds(60))) << traced.err();
    std::string lines;
    std::istringstream all(read_file(trace));
    for (std::string line; std::getline(all, line);)
      if (line.find("sa_family=AF_INET") != std::string::npos) lines += line + "\n";
    EXPECT_NE(read_file(trace).find("socket(AF_NETLINK"), std::string::npos)
        << "the trace sees what there is";
    return lines;
  }

  const int rows_ = usual_or_long(3, 60);
};

TEST_F(NoConnection, DefaultsSpeakToNobody) {
  EXPECT_EQ(talk("window: 1s\nflush: 1s\nsinks: {local: {type: sqlite}}\n", [] {}), "");
}

TEST_F(NoConnection, ThePageAnswersAndAsksNobody) {
  const std::uint16_t port = free_port();
  EXPECT_EQ(talk("window: 1s\nflush: 1s\nsinks: {local: {type: sqlite}}\nweb: {listen: \"127.0.0.1:" +
                     std::to_string(port) + "\"}\n",
                 [&] {
                   EXPECT_TRUE(eventually([&] { return http_request(port, "/").status == 200; }));
                   EXPECT_EQ(http_request(port, "/api/v1").status, 200);
                 }),
            "");
}

}  // namespace
}  // namespace collector::test
