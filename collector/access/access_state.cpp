#include "collector/access/access_state.h"

#include <algorithm>

namespace collector {

void Access::State::look() {
  Gone gone;
  {
    const std::lock_guard lock(mutex);
    gone = refresh(clock.now());
  }
  if (!gone_to) return;
  for (const std::string& credential : gone)
    gone_to(credential);
}

Access::State::Gone Access::State::refresh(Instant now) {
  Gone gone;
  const auto there = file.stamp();
  if (!was_read || there != stamp) read_again(gone);
  end_expired(now, gone);
  return gone;
}

void Access::State::read_again(Gone& gone) {
  // Before the file is read: what is written meanwhile is seen by the next look.
  const auto before = file.stamp();
  auto fresh = file.read();
  const BootTime now = clock.now().boot;
  // A moment without descriptors or an answer of the disk does not make anybody a stranger.
  if (!fresh && !fresh.error().lasting) return failure_log.report(now, fresh.error().error.text());
  stamp = before;
  was_read = true;
  not_believed.reset();
  if (!fresh) {
    not_believed = fresh.error().error;
    failure_log.report(now, fresh.error().error.text() + "; until then no token and no user is let in");
    return take_over({}, gone);
  }
  failure_log.clear(now, "access.json can be read again");
  take_over(std::move(*fresh), gone);
}

void Access::State::take_over(AccessRecords fresh, Gone& gone) {
  const AccessRecords old = std::exchange(records, std::move(fresh));
  for (const TokenRecord& was : old.tokens) {
    const TokenRecord* is = token(was.id);
    TokenRecord same = was;
    if (is != nullptr) same.used = is->used;  // that it was used changes nothing
    if (is == nullptr || *is != same) gone.push_back(std::string(token_credential) + was.id);
    if (is == nullptr || is->expires != was.expires) expired.erase(was.id);
  }
  for (const std::string& id : sessions.remove_if([&](const Session& session) {
         if (session.user.empty()) return false;
         const UserRecord* is = user(session.user);
         return is == nullptr || is->password != session.password;
       }))
    gone.push_back(std::string(session_credential) + id);
  for (const UserRecord& was : old.users) {
    const UserRecord* is = user(was.name);
    if (is == nullptr || is->role == was.role) continue;
    for (const auto& [id, session] : sessions.all())
      if (session.user == was.name) gone.push_back(std::string(session_credential) + id);
  }
}

void Access::State::end_expired(Instant now, Gone& gone) {
  for (const TokenRecord& each : records.tokens)
    if (each.has_expired(now.wall) && !std::exchange(expired[each.id], true))
      gone.push_back(std::string(token_credential) + each.id);
  for (const std::string& id :
       sessions.remove_if([&](const Session& session) { return session.ends <= now.boot; }))
    gone.push_back(std::string(session_credential) + id);
}

const UserRecord* Access::State::user(std::string_view name) const {
  const auto found = std::ranges::find(records.users, name, &UserRecord::name);
  return found == records.users.end() ? nullptr : &*found;
}

const TokenRecord* Access::State::token(std::string_view id) const {
  const auto found = std::ranges::find(records.tokens, id, &TokenRecord::id);
  return found == records.tokens.end() ? nullptr : &*found;
}

Caller Access::State::caller_of(const TokenRecord& token) {
  return {.role = token.role,
          .is_anonymous = false,
          .name = token.name,
          .tenant = token.tenant,
          .hosts = token.hosts,
          .address = {},
          .credential = std::string(token_credential) + token.id};
}

std::optional<Caller> Access::State::caller_of_session(std::string_view id) const {
  const Session* session = sessions.find(id);
  if (session == nullptr) return std::nullopt;
  const UserRecord* is = session->user.empty() ? nullptr : user(session->user);
  if (!session->user.empty() && is == nullptr) return std::nullopt;
  return Caller{.role = is != nullptr ? is->role : session->role,
                .is_anonymous = false,
                .name = session->user.empty() ? "collector web" : session->user,
                .tenant = {},
                .hosts = {},
                .address = {},
                .credential = std::string(session_credential) + std::string(id)};
}

std::expected<SignedIn, SignInRefusal> Access::State::begin_session(Session session, Instant now,
                                                                    Gone& gone) {
  session.ends = now.boot + session_lasts;
  const auto made = sessions.add(std::move(session), [&](const std::string& id) {
    gone.push_back(std::string(session_credential) + id);
  });
  if (!made)
    return std::unexpected(SignInRefusal{.kind = SignInRefusal::Kind::failed, .error = made.error().error});
  return SignedIn{.token = made->token,
                  .expires = std::chrono::floor<std::chrono::seconds>(now.wall + session_lasts),
                  .caller = *caller_of_session(made->id)};
}

}  // namespace collector
