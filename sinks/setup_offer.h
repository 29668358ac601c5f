// SetupOffer: how `collector setup` offers a kind of sink, as data: what it is, what has to be asked, and how
// its entry in the configuration looks. All texts are static.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace collector {

// Settings by name, as they will stand in the configuration; "url" is the address.
using SetupValues = std::map<std::string, std::string, std::less<>>;

// A setting of the sink: asked for, or given behind the address as NAME=VALUE.
struct SetupQuestion {
  std::string_view name;      // of the setting
  std::string_view question;  // empty: never asked for, but may be given
  std::string_view usual = {};
  bool secret = false;    // is not shown, and lies outside the configuration
  bool required = false;  // can't be empty
};

// A way to log in, offered when the target refuses.
struct SetupLogin {
  std::string_view key;  // what is typed to choose it
  std::string_view sentence;
  std::span<const std::string_view> also = {};  // other words for it
  std::span<const SetupQuestion> questions = {};
};

struct SetupOffer {
  std::string_view sentence;                    // in the list of sinks: "PostgreSQL, also Neon"
  std::span<const std::string_view> also = {};  // what people type for it: "postgresql"
  std::string_view comment;                     // above its entry
  std::string_view settings = {};               // lines that its entry always has: "every: 15m"

  // Of a sink with an address; without one nothing is asked.
  SetupQuestion address = {};  // its name is "url"; a URL with a password in it is a secret
  std::string_view example = {};
  std::string_view stand_in = {};  // an address that is right, and stands for one that can't be read now
  // What shows without trying it; empty: nothing. Repeats no part of an address that may hold a password.
  std::string (*wrong_address)(const std::string& address) = nullptr;
  // Puts a login that is part of the address into the settings for it.
  void (*take_apart)(SetupValues& values) = nullptr;
  std::span<const SetupQuestion> questions = {};  // behind the address
  std::span<const SetupLogin> logins = {};
};

}  // namespace collector
