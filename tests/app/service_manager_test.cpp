// What a service manager would read from its socket.

#include "collector/app/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

#include "tests/support/notify_socket.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
using test::NotifySocket;
using test::TemporaryDirectory;

TEST(ServiceManager, IsToldOverAPath) {
  const TemporaryDirectory directory;
  const NotifySocket socket((directory / "notify").string());
  const ServiceManager manager({socket.name(), {}, {}});
  EXPECT_TRUE(manager.present());
  manager.ready("12 samplers\nREADY=0");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=12 samplers READY=0\n") << "a line end is no second assignment";
  EXPECT_EQ(socket.next(), std::nullopt);
}

TEST(ServiceManager, IsToldOverAnAbstractSocket) {
  const NotifySocket socket("@collector-test-" + std::to_string(getpid()));
  const ServiceManager manager({socket.name(), {}, {}});
  manager.ready("");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=\n");
}

TEST(ServiceManager, ReloadingCarriesTheMonotonicClock) {
  const TemporaryDirectory directory;
  const NotifySocket socket((directory / "notify").string());
  const ServiceManager manager({socket.name(), {}, {}});
  const auto microseconds = [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000;
  };
  const long long before = microseconds();
  manager.reloading("reading");
  const long long after = microseconds();
  const std::string message = socket.next().value_or("");
  const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(message.starts_with(head)) << message;
  const long long told = std::stoll(message.substr(head.size()));
  EXPECT_GE(told, before);
  EXPECT_LE(told, after);
  EXPECT_TRUE(message.ends_with("\nSTATUS=reading\n")) << message;
}

TEST(ServiceManager, IsAskedForTime) {
  const TemporaryDirectory directory;
  const NotifySocket socket((directory / "notify").string());
  const ServiceManager manager({socket.name(), {}, {}});
  manager.starting("waiting for room", 30s);
  EXPECT_EQ(socket.next(), "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=waiting for room\n");
  manager.stopping("delivering", 1500us);
  EXPECT_EQ(socket.next(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=1500\nSTATUS=delivering\n");
}

TEST(ServiceManager, NobodyIsThere) {
  const ServiceManager none({{}, "1000000", {}});
  EXPECT_FALSE(none.present());
  EXPECT_FALSE(none.watchdog_period());
  EXPECT_FALSE(none.alive());
  none.ready("x");
  none.reloading("x");
}

TEST(ServiceManager, AnUnusableSocketIsNone) {
  EXPECT_FALSE(ServiceManager({"relative", {}, {}}).present());
  EXPECT_FALSE(ServiceManager({"/" + std::string(200, 'x'), {}, {}}).present());
  const ServiceManager gone({"/nonexistent/notify", "1000000", {}});
  EXPECT_FALSE(gone.alive());
}

TEST(ServiceManager, AFullQueueHoldsNobodyUp) {
  const TemporaryDirectory directory;
  const NotifySocket socket((directory / "notify").string());
  const ServiceManager manager({socket.name(), "1000000", {}});
  int sent = 0;
  while (sent < 100'000 && manager.alive())
    ++sent;
  EXPECT_GT(sent, 0);
  EXPECT_LT(sent, 100'000) << "nobody reads: at some point there is no room";
  EXPECT_EQ(socket.next(), "WATCHDOG=1\n");
  EXPECT_TRUE(manager.alive()) << "and then there is again";
}

TEST(ServiceManager, ThePeriodOfTheWatchdogIsThisProcesses) {
  const TemporaryDirectory directory;
  const NotifySocket socket((directory / "notify").string());
  const auto period = [&](std::string_view usec, std::string_view pid) {
    return ServiceManager({socket.name(), usec, pid}).watchdog_period();
  };
  const std::string own = std::to_string(getpid());
  EXPECT_EQ(period("30000000", ""), 30s);
  EXPECT_EQ(period("30000000", own), 30s);
  EXPECT_EQ(period("30000000", "1"), std::nullopt) << "meant for a parent";
  EXPECT_EQ(period("", own), std::nullopt);
  for (const char* wrong : {"0", "-5", "x", "1e9", "99999999999999999999"})
    EXPECT_EQ(period(wrong, ""), std::nullopt) << wrong;
}

}  // namespace
}  // namespace collector
