// The parts of an Access, under one lock.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "collector/access/access.h"
#include "collector/access/access_file.h"
#include "collector/access/one_time.h"
#include "collector/access/sessions.h"
#include "collector/access/sign_in_limit.h"
#include "collector/core/log.h"

namespace collector {

inline constexpr std::string_view token_credential = "token:";
inline constexpr std::string_view session_credential = "session:";

struct Access::State {
  State(std::filesystem::path folder, const Clock& of)
      : directory(std::move(folder)), file(directory), clock(of) {}

  using Gone = std::vector<std::string>;  // credentials

  // All but look() with `mutex` held.
  void look();  // reads the file where it has changed, ends what has ended, and tells
  Gone refresh(Instant now);
  void read_again(Gone& gone);
  void take_over(AccessRecords fresh, Gone& gone);
  void end_expired(Instant now, Gone& gone);
  const UserRecord* user(std::string_view name) const;
  const TokenRecord* token(std::string_view id) const;
  std::optional<Caller> caller_of_session(std::string_view id) const;
  static Caller caller_of(const TokenRecord& token);
  std::expected<SignedIn, SignInRefusal> begin_session(Session session, Instant now, Gone& gone);

  const std::filesystem::path directory;
  const AccessFile file;
  const Clock& clock;
  std::function<void(const std::string&)> gone_to;

  std::mutex mutex;  // of what follows
  bool was_read = false;
  std::optional<FileStamp> stamp;  // as it was read last; nothing: there was none
  std::optional<Error> not_believed;
  AccessRecords records;
  std::map<std::string, bool, std::less<>> expired;   // ids of tokens whose end was told
  std::map<std::string, WallTime, std::less<>> used;  // by a token's id: what the file does not say yet
  Sessions sessions;
  SignInLimit limit;
  OneTime<Role> codes{code_lasts, 64};
  OneTime<Caller> tickets{ticket_lasts, 1024};
  log::RateLimitedWarning failure_log{"access"};
  BootTime stored_use{};
};

}  // namespace collector
