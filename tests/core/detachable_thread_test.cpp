#include "collector/core/detachable_thread.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>

namespace collector {
namespace {

using namespace std::chrono_literals;

// A call that returns when it is told to.
struct Call {
  std::promise<void> end;
  std::future<void> ended = end.get_future();
  std::promise<void> over;

  static void run(const std::shared_ptr<Call>& call) {
    call->ended.wait();
    call->over.set_value();
  }
};

TEST(DetachableThread, IsWaitedForUntilItEnds) {
  const auto call = std::make_shared<Call>();
  DetachableThread thread;
  EXPECT_FALSE(thread.started());
  EXPECT_TRUE(thread.ended());
  EXPECT_TRUE(thread.join(0s)) << "none was started";
  thread.start("worker", [call] { Call::run(call); });
  EXPECT_TRUE(thread.started());
  EXPECT_FALSE(thread.ended());
  EXPECT_FALSE(thread.join(1ms));
  call->end.set_value();
  EXPECT_TRUE(thread.join(20s)) << "may be asked again";
  EXPECT_TRUE(thread.join(0s));
  EXPECT_TRUE(thread.ended());
}

TEST(DetachableThread, OneThatHangsIsLeftBehindWithAllItUses) {
  auto call = std::make_shared<Call>();
  const std::weak_ptr<Call> kept = call;
  auto over = call->over.get_future();
  {
    DetachableThread thread;
    thread.start("worker", [call] { Call::run(call); });
    EXPECT_FALSE(thread.join_or_leave(1ms));
    EXPECT_TRUE(thread.join_or_leave(20s)) << "nobody waits for it any more";
    EXPECT_FALSE(thread.ended());
  }
  std::promise<void> end = std::move(call->end);
  call.reset();
  EXPECT_FALSE(kept.expired()) << "the thread still has it";
  end.set_value();
  EXPECT_EQ(over.wait_for(20s), std::future_status::ready);
  for (int i = 0; i < 2000 && !kept.expired(); ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(kept.expired());
}

// As an object that is kept by its own thread.
TEST(DetachableThread, MayBeDestroyedByItself) {
  struct Own {
    DetachableThread thread;
    std::promise<void> go;
    std::promise<void>* gone = nullptr;
    ~Own() { gone->set_value(); }
  };
  std::promise<void> gone;
  auto own = std::make_shared<Own>();
  own->gone = &gone;
  own->thread.start("worker", [own] { own->go.get_future().wait(); });
  own->go.set_value();
  own.reset();
  EXPECT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
}

TEST(DetachableThread, WhatItKeptIsGoneWhenItIsJoined) {
  const auto kept = std::make_shared<int>(1);
  DetachableThread thread;
  thread.start("worker", [kept] {});
  EXPECT_TRUE(thread.join(20s));
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(DetachableThread, HasItsNameShortened) {
  std::array<char, 16> name{};
  DetachableThread thread;
  std::promise<void> named;
  thread.start("sink/a-very-long-name", [&] {
    named.get_future().wait();
    pthread_getname_np(pthread_self(), name.data(), name.size());
  });
  named.set_value();  // by now it has its name
  EXPECT_TRUE(thread.join(20s));
  EXPECT_STREQ(name.data(), "sink/a-very-lon");
}

}  // namespace
}  // namespace collector
