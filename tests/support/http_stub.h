// An HTTP server of the test's own on a free loopback port, which answers as the test says, well or badly.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace collector::test {

struct StubRequest {
  std::string method;
  std::string target;                          // "/write?db=telegraf"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::size_t connection = 0;  // from 0: which one it came over

  std::string path() const { return target.substr(0, target.find('?')); }
  std::string parameter(const std::string& name) const;  // of the target's query, as it stands there
};

struct StubReply {
  enum class Manner : std::uint8_t {
    complete,
    then_close,  // the connection, without having said so
    never,       // the request is taken, and nothing comes
    dribble,     // one byte a second
  };
  int status = 204;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  Manner manner = Manner::complete;
};

class HttpStub {
 public:
  using Answer = std::function<StubReply(const StubRequest&)>;

  // `answer` is called for one request at a time, from threads of the stub's.
  explicit HttpStub(Answer answer);
  ~HttpStub();
  HttpStub(const HttpStub&) = delete;
  HttpStub& operator=(const HttpStub&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<StubRequest> requests() const;  // so far
  std::size_t connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int connection, std::size_t number);
  bool reply(int connection, const StubReply& reply);
  bool wait_for_data(int connection) const;

  Answer answer_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe; its reading end shows the end to every thread
  std::atomic<std::size_t> connections_{0};
  mutable std::mutex mutex_;
  std::vector<StubRequest> requests_;
  std::vector<std::thread> threads_;  // used by accept_all and, when it has ended, the destructor
  std::thread acceptor_;
};

}  // namespace collector::test
