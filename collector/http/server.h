// Server: answers HTTP/1.1 on a Unix socket and, where asked for, on a TCP port, with one thread of its own.
// Bounded in all it takes: 64 connections, 8 KiB of header, 1 KiB of body, 10 s for a request to come and as
// many for its answer to be taken; where more want in, a connection that has not moved for a quarter of a
// second makes room. A client that sends nothing, or reads nothing, holds up nobody.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "collector/http/message.h"

namespace collector::http {

// What a reload may change.
struct ServerAccess {
  std::string listen{};                  // "127.0.0.1:8125"; empty: no TCP port
  std::optional<std::uint32_t> group{};  // whose members may look, beside root and this process's user
  // A second Unix socket, for the group, in a directory that everybody may enter; empty: the group is let in
  // at the first one.
  std::filesystem::path shared{};
  friend bool operator==(const ServerAccess&, const ServerAccess&) = default;
};

struct ServerSettings {
  std::filesystem::path socket;  // the Unix socket's file; the caller holds a lock on its directory
  ServerAccess access{};
  // Called on the server's thread when nothing was answered for a second: for giving back what answering
  // needs.
  std::function<void()> quiet{};
  // For tests: the times above, and how often a socket that could not be made is tried again.
  Duration patience = std::chrono::seconds(10);
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

  // After a reload. Returns at once.
  void adopt(ServerAccess access);
  // Closes everything, removes the socket's file, ends the thread. Requests that are not answered stay so.
  // Waits for nobody but a handler that is running. Safe twice.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector::http
