// Sessions: those who have signed in, in memory. Not for several threads at once.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/access/digest.h"
#include "collector/access/records.h"
#include "collector/core/failure.h"
#include "collector/core/time.h"

namespace collector {

struct Session {
  Digest digest;         // of its token
  std::string user;      // empty: from a one-time code
  std::string password;  // the user's as it was hashed then: another one ends the session
  Role role;             // of the code; a user's is in the file
  BootTime ends;
};

class Sessions {
 public:
  static constexpr std::size_t most = 1000;

  struct Made {
    std::string id;
    std::string token;
  };
  // Where there are too many, the one that ends first makes room; its id is told to `ended`.
  std::expected<Made, Failure> add(Session session, const std::function<void(const std::string& id)>& ended);
  // Whose id this is; null: nobody's.
  const Session* find(std::string_view id) const;
  bool remove(std::string_view id);
  // The ids of those for which `ends` is true, which are gone then.
  std::vector<std::string> remove_if(const std::function<bool(const Session&)>& ends);
  const std::map<std::string, Session, std::less<>>& all() const { return sessions_; }

 private:
  std::map<std::string, Session, std::less<>> sessions_;  // by id
};

}  // namespace collector
