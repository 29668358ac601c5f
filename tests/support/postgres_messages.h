// Where the messages of one PostgreSQL connection end, both ways.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace collector::test {

class PostgresMessages {
 public:
  // Length of the message that `bytes`, not empty, begins with; nothing: more is needed. To be asked once
  // per message, in the order in which they are on their way. Once the connection is encrypted, any bytes are
  // one message.
  std::optional<std::size_t> up(std::string_view bytes);
  std::optional<std::size_t> down(std::string_view bytes);
  // The first of a client and the answer to its wish for encryption have no type: 0.
  char type() const { return type_; }  // of the last one found

 private:
  std::optional<std::size_t> typed(std::string_view bytes);

  bool started_ = false;
  bool asked_for_encryption_ = false;
  bool encrypted_ = false;
  char type_ = 0;
};

}  // namespace collector::test
