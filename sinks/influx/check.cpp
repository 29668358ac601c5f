#include "sinks/influx/check.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <array>

#include "sinks/influx/endpoint.h"
#include "sinks/influx/filter_check.h"
#include "sinks/pem_file.h"

namespace collector::influx {
namespace {

constexpr auto other_version = "for a server that needs none write version: auto";

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// One look at the settings; collects what is wrong.
class SettingsLook {
 public:
  SettingsLook(const Settings& settings, const CheckContext& context)
      : settings_(settings), context_(context) {}

  std::vector<SettingMistake> all() {
    url();
    credentials();
    version();
    useless();
    names();
    unix_socket();
    tls();
    for (SettingMistake& mistake : mistakes_in_filter(settings_, context_))
      mistakes_.push_back(std::move(mistake));
    return std::move(mistakes_);
  }

 private:
  std::string text(std::string_view name) const {
    return settings_.has(name) ? settings_.text(name) : std::string();
  }
  void add(std::string path, std::string what, std::string remedy,
           std::vector<std::string> follows_from = {}) {
    mistakes_.push_back({std::move(path), std::move(what), std::move(remedy), std::move(follows_from)});
  }

  void url() {
    auto parsed = server_url(text("url"));
    if (parsed)
      url_ = *std::move(parsed);
    else
      add("url", parsed.error().what, parsed.error().remedy);
  }

  void credentials() {
    const std::string token = text("token");
    if (!is_ascii(token) || token.starts_with(' ') || token.ends_with(' '))
      add("token", "holds a character that no token has", "copy it again, without what stands around it");
    for (const std::string_view scheme : {"Token ", "Bearer "})
      if (token.starts_with(scheme))
        add("token", "begins with the word that is put before it anyway", "write the token alone");
    if (text("user").find(':') != std::string::npos)
      add("user", "holds a :, behind which servers look for the password", "write the user alone");
    if (!text("password").empty() && text("user").empty())
      add("password", "is given, but no user", "add user:", {"user"});
  }

  void version() {
    const std::string version = text("version");
    const bool anonymous = text("token").empty() && text("user").empty() && (!url_ || url_->user.empty());
    if (version != "2" && version != "3") return;
    if (anonymous)
      add("version", "version " + version + " wants a token", std::string("add token:; ") + other_version,
          {"token", "user", "url"});
    if (version == "3") return;
    if (text("bucket").empty() && !context_.given("database"))
      add("version", "version 2 wants a bucket", "add bucket:", {"bucket", "database"});
    // InfluxDB 1.8, which knows no organizations, is logged in to with a user.
    if (text("org").empty() && text("user").empty() && (!url_ || url_->user.empty()))
      add("version", "version 2 wants an organization", std::string("add org:; ") + other_version,
          {"org", "user", "url"});
  }

  // What another setting makes useless would only look as if it did something.
  void useless() {
    const std::string version = text("version");
    const auto refuse = [&](const char* name, const char* other, const std::string& why) {
      if (!text(name).empty() && context_.given(name))
        add(name, "is of no use " + why, fmt::format("remove it, or change {}:", other), {other});
    };
    if (!text("token").empty())
      for (const char* name : {"user", "password"})
        refuse(name, "token", "with a token, which is sent instead");
    if (version == "1" || version == "3") {
      refuse("org", "version", "with version " + version);
      if (!text("database").empty())
        refuse("bucket", "version", "with version " + version + ", which writes to database:");
    }
    if (version == "3") refuse("retention_policy", "version", "with version 3");
    if (version == "2" && !text("bucket").empty())
      for (const char* name : {"database", "retention_policy"})
        refuse(name, "bucket", "with version 2 and a bucket");
  }

  void names() {
    if (text("database").empty() && text("bucket").empty())
      add("database", "is empty", "name the database, or the bucket", {"bucket"});
    if (text("bucket").starts_with('_'))
      add("bucket", "begins with _, as only the server's own do", "name another one");
    for (const char* name : {"database", "bucket", "org", "retention_policy", "prefix"})
      if (!fits(text(name)))
        add(name, "is longer than 255 bytes, which servers refuse", "choose a shorter one");
  }
  static bool fits(std::string_view name) { return name.size() <= 255; }

  void unix_socket() {
    const std::string socket = text("unix_socket");
    if (socket.empty()) return;
    const auto path = context_.state() / socket;
    if (path.native().size() >= sizeof(sockaddr_un::sun_path))
      return add("unix_socket", "is a longer path than a socket can have (107 bytes)", "move the socket");
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_socket(status))
      add("unix_socket", path.string() + " is not a socket", "name the server's socket");
  }

  void tls() {
    if (!settings_.has("tls")) return;
    const Settings& tls = settings_.table("tls");
    bool any = false;
    for (const char* name : {"ca", "certificate", "key"}) {
      const std::string file = tls.has(name) ? tls.text(name) : "";
      if (file.empty()) continue;
      any = true;
      // A relative one is looked for in the state directory, which may have a problem of its own.
      if (context_.state().empty() && !file.starts_with('/')) continue;
      if (const auto mistake = mistake_in_pem(context_, context_.state() / file))
        add(std::string("tls.") + name, mistake->what, mistake->remedy);
    }
    if (any && url_ && url_->scheme == "http")
      add("tls", "is of no use with an url that begins with http://",
          "write https://, or remove tls:", {"url"});
    if (tls.has("key") && !tls.has("certificate"))
      add("tls.key", "is given, but no certificate", "add certificate:", {"tls.certificate"});
  }

  const Settings& settings_;
  const CheckContext& context_;
  std::optional<Url> url_;
  std::vector<SettingMistake> mistakes_;
};

}  // namespace

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  return SettingsLook(settings, context).all();
}

}  // namespace collector::influx
