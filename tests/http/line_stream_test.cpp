// An answer that goes on, read line by line.
#include "collector/http/line_stream.h"

#include <poll.h>

#include "tests/http/server_fixture.h"

namespace collector::http {
namespace {

class LineStreamTest : public ServerTest {
 protected:
  void answer(const Request& request, Reply reply) override {
    if (request.path == "/lines")
      return reply({.parts = [this](TakePart take) {
        const std::lock_guard lock(mutex_);
        if (parts_.empty())
          waiting_ = std::move(take);
        else
          take(std::exchange(parts_, {}));
      }});
    if (request.path == "/secret") return reply({.status = 403, .body = "not you\n"});
    ServerTest::answer(request, std::move(reply));
  }
  void send(std::string part) {
    TakePart take;
    {
      const std::lock_guard lock(mutex_);
      if (!waiting_) {
        parts_ += part;
        return;
      }
      take = std::exchange(waiting_, {});
    }
    take(std::move(part));
  }
  // Until so many lines are there, or it is over.
  static std::vector<std::string> lines(LineStream& stream, std::size_t count) {
    std::vector<std::string> all;
    while (all.size() < count && !stream.is_over()) {
      pollfd readable{stream.descriptor(), POLLIN, 0};
      if (poll(&readable, 1, 20'000) <= 0) break;
      for (std::string& line : stream.read())
        all.push_back(std::move(line));
    }
    return all;
  }

  TakePart waiting_;
  std::string parts_;
};

TEST_F(LineStreamTest, LinesAreWholeHoweverTheyCome) {
  start();
  auto stream = LineStream::open(socket(), "/lines", 20s);
  ASSERT_TRUE(stream) << stream.error().what;
  send("one\ntw");
  EXPECT_EQ(lines(*stream, 1), std::vector<std::string>{"one"});
  send("o\n\nthr");
  EXPECT_EQ(lines(*stream, 2), (std::vector<std::string>{"two", ""}));
  send("ee\n");
  EXPECT_EQ(lines(*stream, 1), std::vector<std::string>{"three"});
  EXPECT_FALSE(stream->is_over());
  server_.reset();
  EXPECT_TRUE(lines(*stream, 1).empty());
  EXPECT_TRUE(stream->is_over());
}

TEST_F(LineStreamTest, ALineWithoutEndIsNotKept) {
  start();
  auto stream = LineStream::open(socket(), "/lines", 20s);
  ASSERT_TRUE(stream) << stream.error().what;
  send(std::string(LineStream::longest_line + 100'000, 'x'));
  EXPECT_TRUE(lines(*stream, 1).empty());
  EXPECT_TRUE(stream->is_over());
}

TEST_F(LineStreamTest, ARefusalIsToldAsItIs) {
  start();
  const auto refused = LineStream::open(socket(), "/secret", 20s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ClientFailure::Kind::forbidden);
  EXPECT_EQ(refused.error().what, "not you");
  const auto unknown = LineStream::open(socket(), "/nowhere", 20s);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ClientFailure::Kind::broken);
  EXPECT_EQ(unknown.error().what, "no /nowhere");
}

TEST_F(LineStreamTest, WhoDoesNotAnswerIsNotWaitedFor) {
  const auto nobody = LineStream::open(socket(), "/lines", 20s);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ClientFailure::Kind::nobody);
  start();
  const auto silent = LineStream::open(socket(), "/later", 50ms);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ClientFailure::Kind::silent);
}

}  // namespace
}  // namespace collector::http
