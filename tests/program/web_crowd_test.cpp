// Many at once: all who are let in are answered.
#include "tests/program/web_program.h"

namespace collector::test {
namespace {

class WebCrowd : public WebProgram {
 protected:
  void let_in() const {
    configure("", "", "connections: 256, per_address: 256, sockets: 256, requests: 1000000, burst: 1000000");
  }
};

// More than are answered by the time that all have asked.
TEST_F(WebCrowd, AllWhoAskAtOnceAreAnswered) {
  let_in();
  start();
  std::vector<Descriptor> all;
  for (int i = 0; i < 200; ++i)
    all.push_back(connected());
  const std::string question = request("GET /api/v1/overview", {}, {}, {});
  for (const Descriptor& one : all)
    say(one, question);
  for (const Descriptor& one : all)
    EXPECT_EQ(rest(one).status(), 200);
  end_collector();
}

}  // namespace
}  // namespace collector::test
