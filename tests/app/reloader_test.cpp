#include "collector/app/reloader.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <fstream>
#include <future>

#include "tests/app/configurations.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Reloader::Pauses short_ones{.quiet = 20ms, .longest = 200ms, .look = 20ms};

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() { write(""); }

  // As a whole: half of it, read on a busy machine, would be an outcome of its own.
  void write(const std::string& yaml) const {
    const fs::path next = directory_ / "next";
    std::ofstream(next) << "state: /nowhere\n" << yaml;
    fs::rename(next, file_);
  }
  Reloader::Load load() {
    return [file = file_.string(), loads = loads_] {
      const Environment environment{[](const std::string&) { return std::nullopt; }, "box"};
      auto found = find_and_load_configuration(file, catalog(), environment);
      ++*loads;
      return found;
    };
  }
  Configuration in_force() { return *load()().configuration; }
  void start() { reloader_.emplace(load(), in_force(), short_ones); }
  // The next outcome; waits for it.
  std::optional<ReloadOutcome> next() {
    pollfd event{reloader_->descriptor(), POLLIN, 0};
    if (poll(&event, 1, 10'000) != 1) return std::nullopt;
    return reloader_->take();
  }
  // Everything that was changed so far has been looked into, and led to nothing.
  bool quiet() {
    reloader_->request();
    const auto outcome = next();
    return outcome && outcome->requested && !reloader_->take();
  }

  test::TemporaryDirectory directory_;
  const fs::path file_ = directory_ / "collector.yaml";
  std::shared_ptr<std::atomic<int>> loads_ = std::make_shared<std::atomic<int>>(0);
  std::optional<Reloader> reloader_;
};

TEST_F(ReloaderTest, RequestAlwaysTellsWhatCameOfIt) {
  start();
  reloader_->request();
  const auto outcome = next();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->requested);
  ASSERT_TRUE(outcome->configuration);
  EXPECT_EQ(outcome->configuration->file, file_);
  EXPECT_FALSE(reloader_->take()) << "taken once";
}

TEST_F(ReloaderTest, ChangedFileIsReadAndHandedOver) {
  start();
  write("interval: 7s");
  const auto outcome = next();
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->requested);
  ASSERT_TRUE(outcome->configuration);
  EXPECT_EQ(outcome->configuration->interval, 7s);
}

TEST_F(ReloaderTest, ChangeBetweenReadingAndStartingIsNotMissed) {
  Configuration before = in_force();
  write("interval: 7s");
  reloader_.emplace(load(), std::move(before), short_ones);
  const auto outcome = next();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->configuration->interval, 7s);
}

TEST_F(ReloaderTest, WhatIsWrongIsHandedOverAndAlsoWhenItIsPutRight) {
  start();
  write("intervall: 7s");
  const auto wrong = next();
  ASSERT_TRUE(wrong);
  ASSERT_FALSE(wrong->configuration);
  EXPECT_NE(wrong->configuration.error().front().text().find("collector.yaml:2:1: intervall"),
            std::string::npos);
  write("");
  const auto right = next();
  ASSERT_TRUE(right);
  EXPECT_TRUE(right->configuration);
}

TEST_F(ReloaderTest, FileThatGoesAwayIsAProblemUntilItReturns) {
  start();
  fs::remove(file_);
  const auto gone = next();
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->configuration);
  write("interval: 7s");
  const auto back = next();
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->configuration);
}

TEST_F(ReloaderTest, SecretFilesAreWatchedAlsoThoseThatAreNotThereYet) {
  start();
  write("sinks: {a: {type: sqlite, path: '${file:name}'}}");
  const auto missing = next();
  ASSERT_TRUE(missing);
  ASSERT_FALSE(missing->configuration);
  std::ofstream(directory_ / "name") << "one.db\n";
  const auto there = next();
  ASSERT_TRUE(there);
  ASSERT_TRUE(there->configuration);
  EXPECT_EQ(there->configuration->sinks.front().settings.text("path"), "one.db");
  std::ofstream(directory_ / "name") << "two.db\n";
  const auto other = next();
  ASSERT_TRUE(other);
  EXPECT_EQ(other->configuration->sinks.front().settings.text("path"), "two.db");
}

TEST_F(ReloaderTest, SavingWithoutAChangeIsNotWorthTelling) {
  start();
  ASSERT_TRUE(quiet());
  const int before = *loads_;
  write("# a remark");
  while (*loads_ == before)
    std::this_thread::yield();
  EXPECT_TRUE(quiet());
}

TEST_F(ReloaderTest, HangingReadHoldsNobodyUp) {
  const Configuration before = in_force();
  auto entered = std::make_shared<std::promise<void>>();
  auto release = std::make_shared<std::promise<void>>();
  auto released = release->get_future().share();
  std::weak_ptr<std::promise<void>> left = release;
  reloader_.emplace(
      [entered, released, before]() -> FoundConfiguration {
        entered->set_value();
        released.wait();
        return {before, {}};
      },
      before, short_ones);
  ASSERT_EQ(entered->get_future().wait_for(10s), std::future_status::ready);
  reloader_->request();  // returns at once
  EXPECT_FALSE(reloader_->stop(Duration{}));
  reloader_.reset();
  release->set_value();
}

}  // namespace
}  // namespace collector
