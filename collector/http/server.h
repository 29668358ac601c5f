// Server: answers HTTP/1.1 on Unix sockets and TCP ports, with one thread of its own; there may be several.
// Bounded in all it takes: connections, 8 KiB of header, as much of a body as the answerer admits, 10 s for a
// request to come and as many for its answer to be taken (for long ones at 16 KiB/s), 6 minutes between two
// requests of a connection that is kept. Where more want in, a connection that has not moved for a quarter of
// a second makes room. Answers in parts are counted apart and
// never make room: a client that takes nothing of one for 10 s is closed. A client that sends nothing, or
// reads nothing, holds up nobody.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/http/message.h"
#include "collector/http/sockets.h"

namespace collector::http {

constexpr std::size_t small_body = 1024;  // bytes: what is admitted where nobody says

struct ServerSettings {
  std::string name;  // of its thread and in the log
  std::vector<Endpoint> endpoints;
  Admit admit = [](const Request&) { return small_body; };
  TellRefusal tell_refusal = [](Response refusal, const Request&) { return refusal; };
  std::size_t connections = 64;
  std::size_t per_address = 64;  // connections from one address over TCP; what is more is closed at once
  std::size_t streams = 16;      // answers in parts at once; beyond them 503
  // For tests: the times above, and how often a socket that could not be made is tried again.
  Duration timeout = std::chrono::seconds(10);
  // Longer than Prometheus keeps a connection that it does not use (5 min): where the server ended it first,
  // a scrape could meet the end on its way.
  Duration kept = std::chrono::minutes(6);
  Duration unmoved = std::chrono::milliseconds(250);
  Duration retry_every = std::chrono::seconds(10);
};

class Server {
 public:
  // Starts the thread. A socket that can't be made is said in the log and tried again; what has removed its
  // file is made up for.
  Server(ServerSettings settings, Handler handler);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // After a reload: where it listens from now on. Connections over what goes are closed, but for those of the
  // owner, who may have asked for the reload. Returns at once.
  void adopt(std::vector<Endpoint> endpoints);
  // A connection that somebody else has accepted, and speaks for: plain HTTP comes out of it. From any
  // thread.
  void take(Descriptor connection, std::string address);
  // Which of its endpoints can't be listened on now, and why; empty: all are, from the constructor on. From
  // any thread.
  std::string problem() const;
  // Closes everything, removes the sockets' files, ends the thread. Requests that are not answered stay so.
  // Waits for nobody but a handler that is running. Safe twice.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector::http
