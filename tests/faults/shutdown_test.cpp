// The end of the process while one component hangs, for each of them: bounded by the deadline, the late one
// is named, nobody else is late, and nothing is lost by it.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/faults/world.h"

namespace collector::test {
namespace {

class ShutdownWhileHanging : public ::testing::Test {
 protected:
  // Ends the collector and returns who was late, as it says: "sink local; writer".
  static std::string late(World& world) {
    const Finished finished = world.stop();
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    std::string names;
    const std::string mark = "not finished within 2s: ";
    for (auto at = finished.err.find(mark); at != std::string::npos; at = finished.err.find(mark, at + 1)) {
      const auto begin = at + mark.size();
      const auto end = finished.err.find('"', begin);
      names += (names.empty() ? "" : "; ") + finished.err.substr(begin, end - begin);
    }
    return names;
  }
  static bool met(World& world, std::int64_t before = 0) {
    return eventually([&] { return world.controls().calls_met() > before; });
  }
  // Until it has read its configuration for the last time and delivered something.
  static void let_it_settle(World& world) {
    ASSERT_TRUE(eventually([&] {
      return std::filesystem::exists(world.database_file()) &&
             !delivered_to_sqlite(world.database_file()).rows.empty();
    })) << world.process().err();
  }
  static void stall_once_settled(World& world, const Disk& disk) {
    ASSERT_NO_FATAL_FAILURE(let_it_settle(world));
    world.controls().stall(disk.path);
    ASSERT_TRUE(met(world));
  }
  static void configure(World& world, const World::Edit& edit) {
    const auto reloads = [&] {
      const std::string err = world.process().err();
      int count = 0;
      for (auto at = err.find("\"reloaded ("); at != std::string::npos; at = err.find("\"reloaded (", at + 1))
        ++count;
      return count;
    };
    const int before = reloads();
    world.configure(edit);
    world.hang_up();
    ASSERT_TRUE(eventually([&] { return reloads() > before; })) << world.process().err();
  }
  // Starts it again without the fault, and compares everything.
  static void expect_nothing_lost(World& world) {
    for (const Disk* disk : {&world.state_disk(), &world.history_disk(), &world.archive_disk()})
      world.controls().lift(disk->path);
    world.point_server().behave(PointServer::Manner::well);
    world.start();
    world.check();
  }
};

TEST_F(ShutdownWhileHanging, SqliteSink) {
  World world;
  ASSERT_NO_FATAL_FAILURE(stall_once_settled(world, world.history_disk()));
  EXPECT_EQ(late(world), "sink local");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, JsonSink) {
  World world;
  ASSERT_NO_FATAL_FAILURE(stall_once_settled(world, world.archive_disk()));
  EXPECT_EQ(late(world), "sink archive");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, InfluxSink) {
  World world;
  configure(world, {.points = ", timeout: 1m"});
  world.point_server().behave(PointServer::Manner::hung);
  ASSERT_TRUE(eventually([&] { return world.point_server().requests_met() > 0; }));
  EXPECT_EQ(late(world), "sink points");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, SinkThatAReloadHasTakenAway) {
  World world;
  configure(world, {.points = ", timeout: 1m"});
  world.point_server().behave(PointServer::Manner::hung);
  ASSERT_TRUE(eventually([&] { return world.point_server().requests_met() > 0; }));
  configure(world, {.points = ", timeout: 2m"});
  EXPECT_EQ(late(world), "sink points as it was before a reload");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, Writer) {
  World world;
  ASSERT_NO_FATAL_FAILURE(stall_once_settled(world, world.state_disk()));
  const std::string names = late(world);
  EXPECT_NE(names.find("writer"), std::string::npos) << names;
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, BlockingSampler) {
  World world;
  configure(world, {.samplers = "  disk: {interval: 100ms, timeout: 1m, mount_points: {include: [\"" +
                                world.archive_disk().path.string() + "\"]}}\n"});
  world.controls().stall(world.archive_disk().path);
  ASSERT_TRUE(met(world, 1)) << "the sink on that disk and the sampler";
  // Nobody waits for a sampler.
  EXPECT_EQ(late(world), "sink archive");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, ReadingOfTheConfiguration) {
  World world;
  // A pipe that nobody ever writes to.
  const std::filesystem::path file = world.installation().config_file();
  const std::filesystem::path pipe = file.string() + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::filesystem::rename(pipe, file);
  world.hang_up();
  const std::string names = late(world);
  EXPECT_TRUE(names.empty() || names == "reading the configuration") << names;
  std::filesystem::remove(file);
  world.mend_configuration();
  expect_nothing_lost(world);
}

// Who has connected, said half of something, and waits.
class HalfARequest {
 public:
  explicit HalfARequest(const std::filesystem::path& path)
      : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                 send(socket_, "GET /sta", 8, MSG_NOSIGNAL) == 8;
  }
  ~HalfARequest() { close(socket_); }
  HalfARequest(const HalfARequest&) = delete;
  HalfARequest& operator=(const HalfARequest&) = delete;

  bool connected() const { return connected_; }

 private:
  int socket_;
  bool connected_ = false;
};

TEST_F(ShutdownWhileHanging, ClientOfTheStatusService) {
  World world;
  const std::filesystem::path socket = world.state_disk().path / "status.sock";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(socket); }));
  const HalfARequest first(socket);
  const HalfARequest second(socket);
  ASSERT_TRUE(first.connected() && second.connected());
  EXPECT_EQ(late(world), "");
  expect_nothing_lost(world);
}

TEST_F(ShutdownWhileHanging, ASecondSignalEndsTheWaiting) {
  World world;
  configure(world, {.deadline = "10m"});
  world.controls().stall(world.history_disk().path);
  ASSERT_TRUE(met(world));
  world.process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return world.process().err().find("stopping") != std::string::npos; }));
  // One that comes at once is the same one, told twice.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const Finished finished = world.stop();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_NE(finished.err.find("sink local"), std::string::npos) << finished.err;
  expect_nothing_lost(world);
}

}  // namespace
}  // namespace collector::test
