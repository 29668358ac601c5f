#include "collector/access/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "collector/access/access_state.h"
#include "collector/access/password.h"
#include "collector/access/token_text.h"

namespace collector {
namespace {

constexpr Duration use_is_stored_every = std::chrono::hours(1);

WallTime whole_second(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace

Access::Access(std::filesystem::path state, const Clock& clock)
    : state_(std::make_unique<State>(std::move(state), clock)) {}

Access::~Access() = default;

void Access::on_gone(std::function<void(const std::string& credential)> gone) {
  state_->gone_to = std::move(gone);
}

void Access::refresh() {
  state_->look();
}

std::optional<Caller> Access::find(std::string_view token) {
  const auto parts = parse_token(token);
  if (!parts) return std::nullopt;
  const auto digest = sha256(token);
  if (!digest) {
    const std::lock_guard lock(state_->mutex);
    state_->failure_log.report(state_->clock.now().boot, digest.error().error.text());
    return std::nullopt;
  }
  state_->look();
  const std::lock_guard lock(state_->mutex);
  if (const Session* session = state_->sessions.find(parts->id))
    return is_same(*digest, session->digest) ? state_->caller_of_session(parts->id) : std::nullopt;
  const TokenRecord* known = state_->token(parts->id);
  const WallTime now = state_->clock.now().wall;
  if (known == nullptr || !is_same(*digest, known->digest) || known->has_expired(now)) return std::nullopt;
  state_->used[known->id] = whole_second(now);
  return State::caller_of(*known);
}

bool Access::is_valid(std::string_view credential) {
  if (credential.empty()) return true;
  state_->look();
  const std::lock_guard lock(state_->mutex);
  if (credential.starts_with(session_credential))
    return state_->caller_of_session(credential.substr(session_credential.size())).has_value();
  if (!credential.starts_with(token_credential)) return false;
  const TokenRecord* known = state_->token(credential.substr(token_credential.size()));
  return known != nullptr && !known->has_expired(state_->clock.now().wall);
}

std::expected<SignedIn, SignInRefusal> Access::sign_in(const std::string& user, const std::string& password,
                                                       const std::string& address) {
  using Kind = SignInRefusal::Kind;
  std::optional<std::string> hash;
  {
    const std::lock_guard lock(state_->mutex);
    if (const auto wait = state_->limit.begin(address, state_->clock.now().boot))
      return std::unexpected(SignInRefusal{.kind = Kind::too_often, .wait = *wait});
  }
  state_->look();
  {
    const std::lock_guard lock(state_->mutex);
    if (const UserRecord* known = state_->user(user)) hash = known->password;
  }
  const auto right = is_password(password, hash);
  state_->look();  // it may have been changed meanwhile
  State::Gone gone;
  std::expected<SignedIn, SignInRefusal> begun = std::unexpected(SignInRefusal{.kind = Kind::wrong});
  {
    const std::lock_guard lock(state_->mutex);
    const Instant now = state_->clock.now();
    const UserRecord* known = state_->user(user);
    if (!right) {
      state_->limit.was_right(address, now.boot);  // nobody's fault
      return std::unexpected(SignInRefusal{.kind = Kind::failed, .error = right.error().error});
    }
    if (!*right || known == nullptr || known->password != *hash) {
      state_->limit.was_wrong(address, now.boot);
      return begun;
    }
    state_->limit.was_right(address, now.boot);
    begun = state_->begin_session(
        {.digest = {}, .user = user, .password = *hash, .role = known->role, .ends = {}}, now, gone);
  }
  for (const std::string& credential : gone)
    if (state_->gone_to) state_->gone_to(credential);
  return begun;
}

std::expected<SignedIn, SignInRefusal> Access::sign_in(std::string_view code) {
  State::Gone gone;
  std::expected<SignedIn, SignInRefusal> begun = std::unexpected(SignInRefusal{});
  {
    const std::lock_guard lock(state_->mutex);
    const Instant now = state_->clock.now();
    const auto role = state_->codes.take(code, now.boot);
    if (!role) return begun;
    begun = state_->begin_session({.digest = {}, .user = {}, .password = {}, .role = *role, .ends = {}}, now,
                                  gone);
  }
  for (const std::string& credential : gone)
    if (state_->gone_to) state_->gone_to(credential);
  return begun;
}

bool Access::sign_out(std::string_view credential) {
  if (!credential.starts_with(session_credential)) return false;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->sessions.remove(credential.substr(session_credential.size()))) return false;
  }
  if (state_->gone_to) state_->gone_to(std::string(credential));
  return true;
}

std::string Access::make_code(Role role) {
  const std::lock_guard lock(state_->mutex);
  return state_->codes.add(role, state_->clock.now().boot);
}

std::string Access::make_ticket(const Caller& caller) {
  const std::lock_guard lock(state_->mutex);
  return state_->tickets.add(caller, state_->clock.now().boot);
}

std::optional<Caller> Access::take_ticket(std::string_view ticket) {
  std::optional<Caller> caller;
  {
    const std::lock_guard lock(state_->mutex);
    caller = state_->tickets.take(ticket, state_->clock.now().boot);
  }
  if (!caller || !is_valid(caller->credential)) return std::nullopt;
  return caller;
}

Result<std::vector<TokenRecord>> Access::tokens() {
  state_->look();
  const std::lock_guard lock(state_->mutex);
  if (state_->not_believed) return std::unexpected(*state_->not_believed);
  std::vector<TokenRecord> all = state_->records.tokens;
  for (TokenRecord& each : all)
    if (const auto used = state_->used.find(each.id); used != state_->used.end()) each.used = used->second;
  return all;
}

Result<MadeToken> Access::add(const NewToken& wanted) {
  return add_token(state_->directory, wanted, state_->clock.now().wall);
}

Result<> Access::remove(const std::string& name) {
  auto removed = remove_token(state_->directory, name);
  state_->look();
  return removed;
}

bool Access::has_use_to_store() {
  const std::lock_guard lock(state_->mutex);
  const BootTime now = state_->clock.now().boot;
  if (state_->used.empty() ||
      (state_->stored_use != BootTime{} && state_->stored_use + use_is_stored_every > now))
    return false;
  state_->stored_use = now;  // once it is stored, or could not be
  return true;
}

void Access::store_use() {
  std::map<std::string, WallTime, std::less<>> used;
  {
    const std::lock_guard lock(state_->mutex);
    used = std::exchange(state_->used, {});
  }
  if (used.empty()) return;
  const auto stored = state_->file.change([&](AccessRecords& records) -> Result<> {
    for (TokenRecord& each : records.tokens)
      if (const auto found = used.find(each.id); found != used.end()) each.used = found->second;
    return {};
  });
  if (stored) return;
  const std::lock_guard lock(state_->mutex);
  state_->used.merge(used);  // what is newer stays
  log::debug("access", "the last use of tokens is not stored: {}", stored.error().text());
}

}  // namespace collector
