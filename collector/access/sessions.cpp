#include "collector/access/sessions.h"

#include <algorithm>
#include <utility>

#include "collector/access/token_text.h"

namespace collector {

std::expected<Sessions::Made, Failure> Sessions::add(
    Session session, const std::function<void(const std::string& id)>& ended) {
  Made made{.id = random_identifier(), .token = {}};
  made.token = token_text(made.id, random_secret());
  const auto digest = sha256(made.token);
  if (!digest) return std::unexpected(digest.error());
  session.digest = *digest;
  if (sessions_.size() >= most) {
    const auto first =
        std::ranges::min_element(sessions_, {}, [](const auto& each) { return each.second.ends; });
    ended(first->first);
    sessions_.erase(first);
  }
  sessions_.emplace(made.id, std::move(session));
  return made;
}

const Session* Sessions::find(std::string_view id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

bool Sessions::remove(std::string_view id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return false;
  sessions_.erase(found);
  return true;
}

std::vector<std::string> Sessions::remove_if(const std::function<bool(const Session&)>& ends) {
  std::vector<std::string> ended;
  for (const auto& [id, session] : sessions_)
    if (ends(session)) ended.push_back(id);
  for (const std::string& id : ended)
    sessions_.erase(id);
  return ended;
}

}  // namespace collector
