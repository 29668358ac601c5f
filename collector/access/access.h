// Access: who is let in by the running collector. Tokens and users come from STATE/access.json, which is read
// again as soon as it has changed; sessions, one-time codes and tickets live in memory and end with the
// process.
//
//   access.json ─► tokens ─────────────┐
//              └─► users ─► password ─┐├─► find(token) ─► Caller ─► may it?
//   collector web ─► code ───────────►session             └► ticket ─► stream
//
// From any thread, but for on_gone(). What only looks is quick: a system call that asks the kernel whether
// the file has changed, and its few kilobytes where it has. Made once, outlives whoever asks it.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/access/caller.h"
#include "collector/access/changes.h"
#include "collector/access/records.h"
#include "collector/core/error.h"
#include "collector/core/failure.h"
#include "collector/core/time.h"

namespace collector {

struct SignedIn {
  std::string token;  // told once
  WallTime expires;
  Caller caller;
};

struct SignInRefusal {
  enum class Kind : unsigned char { wrong, too_often, failed };
  Kind kind = Kind::wrong;
  Duration wait{};  // too_often: how long
  Error error{};    // failed
};

class Access {
 public:
  static constexpr Duration session_lasts = std::chrono::hours(24 * 30);
  static constexpr Duration code_lasts = std::chrono::seconds(60);
  static constexpr Duration ticket_lasts = std::chrono::seconds(30);

  // `clock` outlives it.
  Access(std::filesystem::path state, const Clock& clock);
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  // Whose token this is, of a session too; without `address`. Nothing: it is none, has expired or was
  // removed.
  std::optional<Caller> find(std::string_view token);
  // Whether what Caller::credential names still lets in; empty (anonymous): yes.
  bool is_valid(std::string_view credential);
  // Looks whether anything has ended, and tells on_gone(): to be called each second while streams are open.
  // find() does the same.
  void refresh();
  // Is told the credentials that ended or whose rights changed, on the thread that found out, with no lock
  // held. Set before anybody asks.
  void on_gone(std::function<void(const std::string& credential)> gone);

  // Blocks for the hash of a password, one at a time in the process: not for a server's thread. `address`:
  // the client's, for the limit.
  std::expected<SignedIn, SignInRefusal> sign_in(const std::string& user, const std::string& password,
                                                 const std::string& address);
  std::expected<SignedIn, SignInRefusal> sign_in(std::string_view code);
  // False: the credential is no session's.
  bool sign_out(std::string_view credential);

  // For whoever asked for it over the Unix socket: it gives a session with this role.
  std::string make_code(Role role);
  std::string make_ticket(const Caller& caller);
  // Nothing: it was used, is too old, or the caller's credential has ended since.
  std::optional<Caller> take_ticket(std::string_view ticket);

  // As in the file, with the last use as this process knows it. Fails where the file can't be believed.
  Result<std::vector<TokenRecord>> tokens();
  // These two write the file: they block for its disk.
  Result<MadeToken> add(const NewToken& wanted);
  Result<> remove(const std::string& name);
  // Tokens have been used whose last use in the file is an hour old: store_use() writes that, and blocks for
  // the disk.
  bool has_use_to_store();
  void store_use();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace collector
